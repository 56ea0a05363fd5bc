package dev.ballast.bench;

import dev.ballast.bench.bind.BindBench;
import dev.ballast.bench.scale.PodsBench;
import dev.ballast.bench.store.StoreBench;
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
    System.exit(new CommandLine(new Bench()).execute(arguments));
  }
}
