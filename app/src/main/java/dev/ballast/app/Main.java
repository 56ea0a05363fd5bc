package dev.ballast.app;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line: {@code ballast COMMAND}. */
@Command(
    name = "ballast",
    description =
        "An elastic scheduler for services and batch jobs that speaks the Kubernetes API.",
    subcommands = {
      UpCommand.class,
      DemoCommand.class,
      NodeCommand.class,
      MemberCommand.class,
      BackupCommand.class,
      RestoreCommand.class,
      CommandLine.HelpCommand.class
    },
    footer = {
      "",
      "Also: ballast test (installs what the tests need and runs them), ballast bench (measures)."
    })
public final class Main {

  private Main() {}

  public static void main(String[] arguments) {
    Logging.configure("INFO");
    System.exit(commandLine().execute(arguments));
  }

  static CommandLine commandLine() {
    return new CommandLine(new Main())
        .setExecutionExceptionHandler(
            (failure, command, parsed) -> {
              if (!(failure instanceof StartFailure)) {
                throw failure;
              }
              command.getErr().println("ballast: " + failure.getMessage());
              return 1;
            });
  }
}
