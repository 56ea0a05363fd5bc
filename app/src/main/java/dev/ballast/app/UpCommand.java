package dev.ballast.app;

import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code ballast up}: the control plane and this machine's node, in the foreground. */
@Command(
    name = "up",
    mixinStandardHelpOptions = true,
    description = "Starts the control plane and this machine's node; stops cleanly on SIGTERM.")
final class UpCommand implements Callable<Integer> {

  @Mixin private ServerOptions options;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    if (options.config != null) {
      withConfigFile();
    }
    CountDownLatch stopped = new CountDownLatch(1);
    try (Server server = Server.start(options)) {
      Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server, stopped), "stop"));
      server.notices().forEach(notice -> spec.commandLine().getErr().println("ballast: " + notice));
      spec.commandLine().getOut().println("ready " + server.url());
      spec.commandLine().getOut().flush();
      stopped.await();
    }
    return 0;
  }

  /**
   * A stop that was asked for is no failure: the process ends with 0, not with the signal's number.
   */
  private static void stop(Server server, CountDownLatch stopped) {
    server.close();
    stopped.countDown();
    Runtime.getRuntime().halt(0);
  }

  /** Parses the same arguments again, with the file's values as defaults. */
  private void withConfigFile() {
    CommandLine again = new CommandLine(new UpCommand());
    again.setDefaultValueProvider(ConfigFile.read(options.config, again.getCommandSpec()));
    again.parseArgs(
        spec.commandLine().getParseResult().originalArgs().stream().skip(1).toArray(String[]::new));
    options = ((UpCommand) again.getCommand()).options;
  }
}
