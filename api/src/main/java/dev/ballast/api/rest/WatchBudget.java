package dev.ballast.api.rest;

import dev.ballast.core.telemetry.Telemetry;
import java.util.LinkedHashSet;

/**
 * Bounds what all watches together hold for clients that have not read it yet. When the sum goes
 * over the limit, the watch that made no progress for the longest time is cut off, then the next;
 * its client comes back, if it lives, and goes on from where it was. Thread-safe, never blocks.
 */
public final class WatchBudget {

  private final long limit;
  private final Telemetry telemetry;

  /** Those that hold something, the one without progress for longest first. */
  private final LinkedHashSet<Share> holders = new LinkedHashSet<>();

  private long sum;

  /**
   * @param limit bytes
   */
  public WatchBudget(long limit, Telemetry telemetry) {
    this.limit = limit;
    this.telemetry = telemetry;
    telemetry.gauge("ballast_watch_unsent_bytes", this::held);
  }

  synchronized long held() {
    return sum;
  }

  /**
   * @param cut breaks the client's link at once; must return at once
   */
  Share share(Runnable cut) {
    return new Share(cut);
  }

  /** One watch's part. Used by the watch's thread; any thread may cut it. */
  final class Share implements AutoCloseable {
    private final Runnable cut;
    private long bytes;
    private boolean over;

    private Share(Runnable cut) {
      this.cut = cut;
    }

    /** So much more waits for the client. False when the watch has been cut off. */
    boolean hold(long more) {
      return change(this, more);
    }

    /** The client took so much. */
    void release(long less) {
      change(this, -less);
    }

    @Override
    public void close() {
      synchronized (WatchBudget.this) {
        drop(this);
      }
    }
  }

  private boolean change(Share share, long by) {
    Share slowest = null;
    boolean on;
    do {
      synchronized (this) {
        if (slowest == null && !share.over) {
          holders.remove(share);
          share.bytes += by;
          sum += by;
          if (share.bytes > 0) {
            holders.add(share);
          }
        }
        on = !share.over;
        slowest = sum > limit && holders.size() > 1 ? holders.getFirst() : null;
        if (slowest != null) {
          drop(slowest);
        }
      }
      if (slowest != null) {
        telemetry.count("ballast_watches_cut_total", 1);
        slowest.cut.run();
      }
    } while (slowest != null);
    return on;
  }

  private void drop(Share share) {
    if (!share.over) {
      share.over = true;
      holders.remove(share);
      sum -= share.bytes;
    }
  }
}
