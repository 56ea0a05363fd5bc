package dev.ballast.bench;

import dev.ballast.bench.bind.BindBench;
import dev.ballast.bench.instance.MalformedInstance;
import dev.ballast.bench.scale.PodsBench;
import dev.ballast.bench.store.StoreBench;
import java.io.IOException;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/**
 * {@code ./ballast bench NAME}: each prints a table for people and ends with one line of JSON, with
 * the peer measured beside us in the same run.
 */
@Command(
    name = "ballast bench",
    mixinStandardHelpOptions = true,
    description = "Measures Ballast beside its peers.",
    subcommands = {
      StartBench.class,
      RateBench.class,
      BindBench.class,
      OpenbBench.class,
      StoreBench.class,
      PodsBench.class,
      PlaceBench.class,
      RoadefBench.class,
      TianchiBench.class,
      SolveBench.class,
      CommandLine.HelpCommand.class
    })
public final class Bench {

  private Bench() {}

  public static void main(String[] arguments) {
    System.exit(commandLine().execute(arguments));
  }

  /** What is asked for wrongly ends in a sentence: 2 by the command line itself, 1 by its files. */
  static CommandLine commandLine() {
    return new CommandLine(new Bench())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .registerConverter(int.class, new WholeNumber())
        .registerConverter(Integer.class, new WholeNumber())
        .setParameterExceptionHandler(
            (failure, arguments) -> {
              CommandLine command = failure.getCommandLine();
              String name = command.getCommandSpec().qualifiedName();
              command.getErr().println(name + ": " + failure.getMessage());
              command.getErr().println("See " + name + " --help.");
              return 2;
            })
        .setExecutionExceptionHandler(
            (failure, command, parsed) -> {
              String message =
                  switch (failure) {
                    case MalformedInstance malformed -> malformed.getMessage();
                    case IOException broken -> broken.toString();
                    default -> throw failure;
                  };
              command.getErr().println(command.getCommandSpec().qualifiedName() + ": " + message);
              return 1;
            });
  }
}
