package dev.ballast.bench.instance;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.StringTokenizer;

/** A file of whole numbers between blanks, read one after another. */
final class Numbers implements AutoCloseable {

  private final Path file;
  private final BufferedReader reader;
  private StringTokenizer tokens = new StringTokenizer("");
  private long line;

  Numbers(Path file) {
    this.file = file;
    this.reader = Source.open(file);
  }

  long next(String meaning) {
    String token = token();
    if (token == null) {
      throw malformed(meaning + ", but the file ends");
    }
    try {
      long value = Long.parseLong(token);
      if (value >= 0) {
        return value;
      }
    } catch (NumberFormatException e) {
      // told below, with where it is
    }
    throw malformed(meaning + " as a whole number of at least 0, not \"" + token + "\"");
  }

  int below(long bound, String meaning) {
    long value = next(meaning);
    if (value >= bound) {
      throw malformed(meaning + " below " + bound + ", not " + value);
    }
    return (int) value;
  }

  /** At least one. */
  int some(String meaning) {
    int count = count(meaning);
    if (count == 0) {
      throw malformed(meaning + " of at least 1, not 0");
    }
    return count;
  }

  int count(String meaning) {
    return below(50_000_000, meaning);
  }

  void end() {
    String token = token();
    if (token != null) {
      throw malformed("the end of the file, not \"" + token + "\"");
    }
  }

  private String token() {
    try {
      while (!tokens.hasMoreTokens()) {
        String text = reader.readLine();
        if (text == null) {
          return null;
        }
        line++;
        tokens = new StringTokenizer(text);
      }
      return tokens.nextToken();
    } catch (IOException e) {
      throw Source.unreadable(file, line + 1, e);
    }
  }

  private MalformedInstance malformed(String expected) {
    return new MalformedInstance(file, line, expected);
  }

  @Override
  public void close() {
    try {
      reader.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
