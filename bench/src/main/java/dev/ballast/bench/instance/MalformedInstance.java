package dev.ballast.bench.instance;

import java.nio.file.Path;

/** A file is not what it should be; the message says where and what was expected. */
public final class MalformedInstance extends RuntimeException {

  private static final long serialVersionUID = 1;

  public MalformedInstance(Path file, long line, String expected) {
    super(file + ", line " + line + ": expected " + expected);
  }
}
