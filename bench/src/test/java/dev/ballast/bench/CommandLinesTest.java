package dev.ballast.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** What makes no sense is refused before any work, in a sentence. */
class CommandLinesTest {

  @TempDir Path folder;
  private final StringWriter told = new StringWriter();

  @BeforeEach
  void onePodOnOneNode() throws IOException {
    Files.writeString(folder.resolve("nodes.csv"), "name,cpu_m,mem_mi\nn,0,0\n");
    Files.writeString(folder.resolve("pods.csv"), "name,cpu_m,mem_mi\np,0,0\n");
  }

  private int run(String... arguments) {
    CommandLine bench = Bench.commandLine();
    bench.setErr(new PrintWriter(told, true));
    return bench.execute(arguments);
  }

  private int place(String seconds, Path out) {
    return run(
        "place", folder.toString(), "--objective=nodes", "--seconds=" + seconds, "--out=" + out);
  }

  @Test
  void noBenchTakesANumberBelowNone() {
    int seen = 0;
    for (CommandLine command : Bench.commandLine().getSubcommands().values()) {
      for (OptionSpec option : command.getCommandSpec().options()) {
        Class<?> type = option.auxiliaryTypes().length > 0 ? option.auxiliaryTypes()[0] : null;
        if (type == int.class || type == Integer.class) {
          seen++;
          for (String absurd : List.of("-1", "10000001", "x")) {
            assertEquals(2, run(command.getCommandName(), option.longestName() + "=" + absurd));
            assertTrue(told.toString().contains("must be a whole number of at least"), told + "");
            told.getBuffer().setLength(0);
          }
        }
      }
    }
    assertTrue(seen > 20, "only " + seen);
  }

  @Test
  void noTimeAtAllIsRefused() {
    assertEquals(2, place("0", folder.resolve("out")));
    assertTrue(
        told.toString()
            .startsWith(
                "ballast bench place: Invalid value for option '--seconds': must be a whole number"
                    + " of at least 1 and at most 10000000, not 0"),
        told.toString());
  }

  /** Before any work: the solve would take a fortnight. */
  @Test
  void whereNothingCanBeWrittenNothingIsBegun() {
    assertEquals(2, place("1000000", folder));
    assertTrue(told.toString().contains(folder + " is a folder"), told.toString());
    assertEquals(2, place("1000000", folder.resolve("none").resolve("out")));
    assertTrue(
        told.toString().contains("there is no folder " + folder.resolve("none")), told.toString());
  }

  @Test
  void whatIsWrongInAFileIsSaidInOneLine() throws IOException {
    Files.writeString(folder.resolve("pods.csv"), "name,cpu_m,mem_mi\np,-1,0\n");
    assertEquals(1, place("1000000", folder.resolve("out")));
    assertEquals(1, told.toString().lines().count(), told.toString());
    assertTrue(told.toString().contains("pods.csv, line 2: expected millicores"), told.toString());
    assertFalse(Files.exists(folder.resolve("out")));
  }
}
