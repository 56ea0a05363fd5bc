package dev.ballast.app;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.logging.LogManager;

/**
 * Logs go to standard error, one line each, warnings of libraries included (but for the one that
 * warns of every member it cannot reach, several times a second). BALLAST_LOG sets the level of our
 * own (INFO, FINE, …).
 */
final class Logging {

  private Logging() {}

  /**
   * @param level of our own loggers, unless BALLAST_LOG says otherwise
   */
  static void configure(String level) {
    String properties =
        """
        handlers=java.util.logging.ConsoleHandler
        java.util.logging.ConsoleHandler.level=ALL
        java.util.logging.ConsoleHandler.formatter=java.util.logging.SimpleFormatter
        java.util.logging.SimpleFormatter.format=%%1$tFT%%1$tT.%%1$tL %%4$s %%3$s: %%5$s%%6$s%%n
        .level=WARNING
        org.apache.ratis.level=SEVERE
        dev.ballast.level=%s
        """
            .formatted(System.getenv().getOrDefault("BALLAST_LOG", level));
    try {
      LogManager.getLogManager()
          .readConfiguration(new ByteArrayInputStream(properties.getBytes(StandardCharsets.UTF_8)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
