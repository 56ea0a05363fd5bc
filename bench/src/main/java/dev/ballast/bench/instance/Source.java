package dev.ballast.bench.instance;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tukaani.xz.XZInputStream;

/** Text files, as they are or packed by xz. */
final class Source {

  private static final int MOST_ROWS = 1_000_000;
  private static final int MOST_DECIMALS = 100;

  private Source() {}

  /** The file of that name in a folder, or the same name with {@code .xz} behind it. */
  static Path in(Path folder, String name) {
    Path plain = folder.resolve(name);
    return Files.exists(plain) ? plain : folder.resolve(name + ".xz");
  }

  /** As when it was packed by something else, or was cut off. */
  static MalformedInstance unreadable(Path file, long line, IOException why) {
    return new MalformedInstance(file, line, "readable text (" + why + ")");
  }

  static BufferedReader open(Path named) {
    Path packed = named.resolveSibling(named.getFileName() + ".xz");
    Path file = !Files.exists(named) && Files.exists(packed) ? packed : named;
    try {
      InputStream bytes = Files.newInputStream(file);
      InputStream text =
          file.toString().endsWith(".xz")
              ? new XZInputStream(new java.io.BufferedInputStream(bytes))
              : bytes;
      return new BufferedReader(new InputStreamReader(text, StandardCharsets.UTF_8));
    } catch (java.nio.file.NoSuchFileException e) {
      throw new MalformedInstance(file, 0, "a file there, plain or with .xz behind its name");
    } catch (IOException e) {
      throw unreadable(file, 1, e);
    }
  }

  /** One row of comma-separated values. */
  record Row(Path file, long line, String[] cells) implements Spot {

    String text(int cell) {
      return cells[cell].strip();
    }

    long whole(int cell, long most, String meaning) {
      return whole(text(cell), 0, most, meaning);
    }

    /** A decimal in millionths. */
    long micros(int cell, long most, String meaning) {
      return micros(text(cell), most, meaning);
    }

    /**
     * @param most in whole ones
     */
    long micros(String text, long most, String meaning) {
      try {
        BigDecimal value = new BigDecimal(text.strip());
        if (value.signum() >= 0
            && value.compareTo(BigDecimal.valueOf(most)) <= 0
            && value.scale() < MOST_DECIMALS) {
          return value.movePointRight(6).setScale(0, RoundingMode.HALF_UP).longValueExact();
        }
      } catch (NumberFormatException e) {
        // told below, with where it is
      }
      throw malformed(meaning + " as a number from 0 to " + most + ", not \"" + text + "\"");
    }

    @Override
    public MalformedInstance malformed(String expected) {
      return new MalformedInstance(file, line, expected);
    }
  }

  /**
   * What every row of a file is.
   *
   * @param columns their names
   * @param headed whether the first row says so
   * @param open whether there may be further columns, which nobody reads
   */
  record Form(String columns, boolean headed, boolean open) {

    private int count() {
      return columns.split(",").length;
    }

    private boolean isHeader(String line) {
      return line.equals(columns) || open && line.startsWith(columns + ",");
    }

    private boolean holds(Row row) {
      return row.cells().length == count() || open && row.cells().length > count();
    }
  }

  /** The names in the first cells of rows, each with its number, in their order. */
  static Map<String, Integer> index(List<Row> rows) {
    Map<String, Integer> index = new LinkedHashMap<>();
    for (Row row : rows) {
      if (row.text(0).isEmpty()) {
        throw row.malformed("a name");
      }
      if (index.put(row.text(0), index.size()) != null) {
        throw row.malformed("each name once, but " + row.text(0) + " was there before");
      }
    }
    return index;
  }

  /** The rows of a file that must have some. */
  static List<Row> someRows(Path file, Form form) {
    List<Row> rows = rows(file, form);
    if (rows.isEmpty()) {
      throw new MalformedInstance(
          file, form.headed() ? 2 : 1, "at least one row: " + form.columns());
    }
    return rows;
  }

  /** The rows of a file, empty lines left out. */
  static List<Row> rows(Path file, Form form) {
    List<Row> rows = new ArrayList<>();
    long number = 0;
    try (BufferedReader reader = open(file)) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        number++;
        if (number == 1 && form.headed()) {
          if (!form.isHeader(line.strip())) {
            throw new MalformedInstance(file, 1, "the header " + form.columns());
          }
          continue;
        }
        if (!line.isBlank()) {
          rows.add(row(file, number, line, form, rows.size()));
        }
      }
    } catch (IOException e) {
      throw unreadable(file, number + 1, e);
    }
    if (number == 0 && form.headed()) {
      throw new MalformedInstance(file, 1, "the header " + form.columns());
    }
    return rows;
  }

  private static Row row(Path file, long number, String line, Form form, int before) {
    Row row = new Row(file, number, line.split(",", -1));
    if (!form.holds(row)) {
      throw row.malformed(
          form.count() + " values: " + form.columns() + "; there are " + row.cells().length);
    }
    if (before == MOST_ROWS) {
      throw row.malformed("at most " + MOST_ROWS + " rows");
    }
    return row;
  }
}
