package dev.ballast.stategrid.documents;

import com.hazelcast.logging.AbstractLogger;
import com.hazelcast.logging.ILogger;
import com.hazelcast.logging.LogEvent;
import com.hazelcast.logging.LoggerFactory;
import java.util.List;
import java.util.logging.Level;
import org.slf4j.Logger;

/**
 * Passes the member's log on to slf4j, one level lower: what a library finds worth telling at start
 * is no news to who runs Ballast. Made by name, hence public.
 */
public final class MemberLogging implements LoggerFactory {

  /** Warnings about what is set so on purpose; measured, the member does as well without. */
  private static final List<String> INTENDED =
      List.of(
          "without proper access to required Java packages",
          "The SlowOperationDetector is disabled",
          "No join method is enabled",
          "Config seed port is 0",
          // A race of its own while it shuts down.
          "on completed future");

  @Override
  public ILogger getLogger(String name) {
    return new Forwarding(org.slf4j.LoggerFactory.getLogger(name));
  }

  private static final class Forwarding extends AbstractLogger {
    private final Logger logger;

    Forwarding(Logger logger) {
      this.logger = logger;
    }

    private static org.slf4j.event.Level lowered(Level level) {
      if (level.intValue() >= Level.SEVERE.intValue()) {
        return org.slf4j.event.Level.ERROR;
      }
      if (level.intValue() >= Level.WARNING.intValue()) {
        return org.slf4j.event.Level.WARN;
      }
      return level.intValue() >= Level.INFO.intValue()
          ? org.slf4j.event.Level.DEBUG
          : org.slf4j.event.Level.TRACE;
    }

    @Override
    public void log(Level level, String message) {
      log(level, message, null);
    }

    @Override
    public void log(Level level, String message, Throwable thrown) {
      if (isLoggable(level)
          && (message == null || INTENDED.stream().noneMatch(message::contains))) {
        logger.atLevel(lowered(level)).setCause(thrown).log(message);
      }
    }

    @Override
    @SuppressWarnings("removal")
    public void log(LogEvent event) {
      var record = event.getLogRecord();
      log(record.getLevel(), record.getMessage(), record.getThrown());
    }

    @Override
    public Level getLevel() {
      return logger.isTraceEnabled()
          ? Level.ALL
          : logger.isDebugEnabled() ? Level.INFO : Level.WARNING;
    }

    @Override
    public boolean isLoggable(Level level) {
      return level != Level.OFF && logger.isEnabledForLevel(lowered(level));
    }
  }
}
