package dev.ballast.bench.instance;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.tukaani.xz.XZInputStream;

/** Text files, as they are or packed by xz. */
public final class Source {

  private Source() {}

  /** The file of that name in a folder, or the same name with {@code .xz} behind it. */
  static Path in(Path folder, String name) {
    Path plain = folder.resolve(name);
    return Files.exists(plain) ? plain : folder.resolve(name + ".xz");
  }

  /**
   * The lines of a file, or of that with {@code .xz} behind its name.
   *
   * @throws MalformedInstance when there is none, or it cannot be unpacked
   */
  public static List<String> lines(Path file) {
    List<String> lines = new ArrayList<>();
    try (BufferedReader reader = open(file)) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        lines.add(line);
      }
    } catch (IOException e) {
      throw unreadable(file, lines.size() + 1, e);
    }
    return lines;
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
  record Row(Path file, long line, String[] cells) {

    String text(int cell) {
      return cells[cell].strip();
    }

    long whole(int cell, String meaning) {
      try {
        long value = Long.parseLong(text(cell));
        if (value >= 0) {
          return value;
        }
      } catch (NumberFormatException e) {
        // told below, with where it is
      }
      throw malformed(meaning + " as a whole number of at least 0, not \"" + text(cell) + "\"");
    }

    int small(int cell, String meaning) {
      long value = whole(cell, meaning);
      if (value > Integer.MAX_VALUE) {
        throw malformed(meaning + " below 2^31, not " + value);
      }
      return (int) value;
    }

    /** A decimal in millionths. */
    long micros(int cell, String meaning) {
      return micros(text(cell), meaning);
    }

    long micros(String text, String meaning) {
      try {
        java.math.BigDecimal value = new java.math.BigDecimal(text.strip()).movePointRight(6);
        if (value.signum() >= 0) {
          return value.setScale(0, java.math.RoundingMode.HALF_UP).longValueExact();
        }
      } catch (NumberFormatException | ArithmeticException e) {
        // told below, with where it is
      }
      throw malformed(meaning + " as a number of at least 0, not \"" + text + "\"");
    }

    MalformedInstance malformed(String expected) {
      return new MalformedInstance(file, line, expected);
    }
  }

  /** The same of a file that must have some. */
  static List<Row> someRows(Path file, String header, int cells, String form) {
    List<Row> rows = rows(file, header, cells, form);
    if (rows.isEmpty()) {
      throw new MalformedInstance(file, header == null ? 1 : 2, "at least one row: " + form);
    }
    return rows;
  }

  /**
   * The rows of a file, empty lines left out.
   *
   * @param header what the first row must be, or null where there is none
   * @param cells how many every row has
   */
  static List<Row> rows(Path file, String header, int cells, String form) {
    List<Row> rows = new ArrayList<>();
    long number = 0;
    try (BufferedReader reader = open(file)) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        number++;
        if (number == 1 && header != null) {
          if (!line.strip().equals(header)) {
            throw new MalformedInstance(file, 1, "the header " + header);
          }
          continue;
        }
        if (line.isBlank()) {
          continue;
        }
        Row row = new Row(file, number, line.split(",", -1));
        if (row.cells().length != cells) {
          throw row.malformed(cells + " values: " + form + "; there are " + row.cells().length);
        }
        rows.add(row);
      }
    } catch (IOException e) {
      throw unreadable(file, number + 1, e);
    }
    if (number == 0 && header != null) {
      throw new MalformedInstance(file, 1, "the header " + header);
    }
    return rows;
  }
}
