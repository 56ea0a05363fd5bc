package dev.ballast.api.server;

import dev.ballast.core.telemetry.Telemetry;
import java.util.LinkedHashSet;

/**
 * Bounds what all clients of one kind together make the server hold: events and answers that they
 * have not read yet, bodies that they have not sent whole. When the sum goes over the limit, the
 * one that made no progress for the longest time is cut off, then the next. Thread-safe, never
 * blocks.
 */
public final class ByteBudget {

  private final long limit;
  private final Telemetry telemetry;
  private final String counter;

  /** Those that hold something, the one without progress for longest first. */
  private final LinkedHashSet<Share> holders = new LinkedHashSet<>();

  private long sum;

  /**
   * @param limit bytes
   * @param gauge name of the figure that says how many bytes are held
   * @param counter name of the figure that counts who was cut off
   */
  public ByteBudget(long limit, Telemetry telemetry, String gauge, String counter) {
    this.limit = limit;
    this.telemetry = telemetry;
    this.counter = counter;
    telemetry.gauge(gauge, this::held);
  }

  public synchronized long held() {
    return sum;
  }

  /**
   * @param cut breaks the client's link at once; must return at once
   */
  public Share share(Runnable cut) {
    return new Share(cut);
  }

  /** One client's part. Used by one thread at a time; any thread may cut it. */
  public final class Share implements AutoCloseable {
    private final Runnable cut;
    private long bytes;
    private boolean settled;
    private boolean over;

    private Share(Runnable cut) {
      this.cut = cut;
    }

    /**
     * So much more waits for the client to read it, which is no progress of the client's. False
     * when it has been cut off.
     */
    public boolean hold(long more) {
      return change(this, more, false);
    }

    /** The client sent so much more. False when it has been cut off. */
    public boolean receive(long more) {
      return change(this, more, true);
    }

    /** The client took so much. */
    public void release(long less) {
      change(this, -less, true);
    }

    /** The client has done its part: what is held stays counted, and it is not cut off any more. */
    public void settle() {
      synchronized (ByteBudget.this) {
        holders.remove(this);
        settled = true;
      }
    }

    @Override
    public void close() {
      synchronized (ByteBudget.this) {
        drop(this);
      }
    }
  }

  private boolean change(Share share, long by, boolean progress) {
    Share slowest = null;
    boolean on;
    do {
      synchronized (this) {
        if (slowest == null && !share.over) {
          share.bytes += by;
          sum += by;
          if (progress || share.bytes == 0) {
            holders.remove(share);
          }
          if (share.bytes > 0 && !share.settled) {
            holders.add(share); // whoever stands in the row keeps its place
          }
        }
        on = !share.over;
        slowest = slowest();
        if (slowest != null) {
          drop(slowest);
        }
      }
      if (slowest != null) {
        telemetry.count(counter, 1);
        slowest.cut.run();
      }
    } while (slowest != null);
    return on;
  }

  /** Whoever holds all of it alone may go on. */
  private Share slowest() {
    return sum > limit && !holders.isEmpty() && holders.getFirst().bytes < sum
        ? holders.getFirst()
        : null;
  }

  private void drop(Share share) {
    if (!share.over) {
      share.over = true;
      holders.remove(share);
      sum -= share.bytes;
    }
  }
}
