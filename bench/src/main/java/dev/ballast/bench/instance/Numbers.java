package dev.ballast.bench.instance;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.StringTokenizer;

/** A file of whole numbers between blanks, read one after another. */
final class Numbers implements AutoCloseable, Spot {

  private final Path file;
  private final BufferedReader reader;
  private StringTokenizer tokens = new StringTokenizer("");
  private long line;

  Numbers(Path file) {
    this.file = file;
    this.reader = Source.open(file);
  }

  /** At most {@link Spot#MOST}. */
  long next(String meaning) {
    return next(0, MOST, meaning);
  }

  /** From 0 to {@code bound - 1}. */
  int below(int bound, String meaning) {
    return (int) next(0, bound - 1, meaning);
  }

  /** At least one. */
  int some(int most, String meaning) {
    return (int) next(1, most, meaning);
  }

  int count(int most, String meaning) {
    return (int) next(0, most, meaning);
  }

  long next(long least, long most, String meaning) {
    String token = token();
    if (token == null) {
      throw malformed(meaning + ", but the file ends");
    }
    return whole(token, least, most, meaning);
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

  @Override
  public MalformedInstance malformed(String expected) {
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
