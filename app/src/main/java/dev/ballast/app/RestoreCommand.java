package dev.ballast.app;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ballast restore}: a data directory from a backup. */
@Command(
    name = "restore",
    mixinStandardHelpOptions = true,
    description = "Makes an empty data directory what a backup holds; then: ballast up --data DIR.")
final class RestoreCommand implements Callable<Integer> {

  @Parameters(paramLabel = "FILE")
  Path file;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      required = true,
      description = "The directory, which must be empty or absent.")
  Path data;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    NativeLibrary library = new NativeLibrary(data);
    try {
      // The first step is done when the directory is known to be nobody's.
      new Restoring(step -> library.prepare()).restore(file, data);
    } finally {
      library.remove();
    }
    spec.commandLine()
        .getOut()
        .println(data + " holds the cluster as one member; start it, then let others join");
    spec.commandLine().getOut().flush();
    return 0;
  }
}
