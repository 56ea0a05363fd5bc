package dev.ballast.stategrid;

import java.nio.file.Path;

/** Another process has the data directory. The message is for a person. */
public final class DirectoryInUseException extends RuntimeException {
  private static final long serialVersionUID = 1;

  DirectoryInUseException(Path directory, String processId) {
    super(
        "the data directory "
            + directory
            + " is in use by "
            + (processId.isEmpty() ? "another process" : "process " + processId)
            + ": stop that, or choose another directory with --data");
  }
}
