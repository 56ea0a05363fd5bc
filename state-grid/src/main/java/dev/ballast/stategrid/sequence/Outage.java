package dev.ballast.stategrid.sequence;

import dev.ballast.core.time.Now;
import dev.ballast.core.time.Timers;
import dev.ballast.stategrid.log.CommitLog;
import dev.ballast.stategrid.log.LogException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the log takes writes, and if it does not, why. It is asked again when somebody wants to
 * write, but not more than once a second. The sequencer's thread only.
 */
final class Outage {

  private static final Logger LOG = LoggerFactory.getLogger(Outage.class);
  private static final Duration BETWEEN_RECOVERIES = Duration.ofSeconds(1);

  private final CommitLog log;
  private final Timers timers;
  private String reason = "";
  private Now lastAsked;

  Outage(CommitLog log, Timers timers) {
    this.log = log;
    this.timers = timers;
    this.lastAsked = timers.now();
  }

  void begin(LogException failure) {
    reason = failure.getMessage();
    LOG.error("the store refuses writes until its log works again: {}", reason, failure);
  }

  String reason() {
    return reason;
  }

  /** True when there is none, or the log has just recovered. */
  boolean isOver() {
    if (reason.isEmpty()) {
      return true;
    }
    Now now = timers.now();
    if (now.since(lastAsked).compareTo(BETWEEN_RECOVERIES) < 0) {
      return false;
    }
    lastAsked = now;
    try {
      log.recover();
      LOG.info("the log takes writes again");
      reason = "";
      return true;
    } catch (LogException e) {
      reason = e.getMessage();
      return false;
    }
  }
}
