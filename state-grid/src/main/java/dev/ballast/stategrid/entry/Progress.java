package dev.ballast.stategrid.entry;

/**
 * How far the store has come. The sequencer moves the revision, compaction the horizon; anybody
 * reads. A reader takes the revision first, and looks at the horizon again when it is done: if that
 * has passed what it read, it reads anew.
 *
 * <p>The horizon is beyond the revision only while another image, whose history begins later, is
 * put in this one's place; that is a matter of a few instructions, and who asks waits.
 */
public final class Progress {

  private volatile long revision;
  private volatile long horizon;

  public Progress(long revision, long horizon) {
    this.revision = revision;
    this.horizon = horizon;
  }

  /** The newest published revision. */
  public long revision() {
    while (horizon > revision) {
      Thread.yield();
    }
    return revision;
  }

  /** History before this revision may be gone. */
  public long horizon() {
    return horizon;
  }

  public void publish(long newest) {
    revision = newest;
  }

  public void compacted(long upTo) {
    horizon = upTo;
  }
}
