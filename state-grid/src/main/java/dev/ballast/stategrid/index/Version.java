package dev.ballast.stategrid.index;

import dev.ballast.stategrid.entry.Entry;
import dev.ballast.stategrid.entry.Head;
import dev.ballast.stategrid.entry.Position;

/**
 * One version of an object, chained to the older ones that history still holds. Immutable but for
 * the chain, which compaction cuts.
 */
public final class Version {

  private final long position;
  private final Head head;
  private final boolean removed;
  private volatile Version older;

  Version(Entry entry, Head head, Version older) {
    this.position = entry.position();
    this.removed = entry.removes();
    this.head = older != null && older.head.equals(head) ? older.head : head;
    this.older = older;
  }

  public long position() {
    return position;
  }

  public long revision() {
    return Position.revision(position);
  }

  public Head head() {
    return head;
  }

  /** True for the mark that a removal left. */
  public boolean removed() {
    return removed;
  }

  /** The version that was current at a revision; null when the object was not there, or is cut. */
  Version at(long revision) {
    Version version = this;
    while (version != null && version.revision() > revision) {
      version = version.older;
    }
    return version == null || version.removed ? null : version;
  }

  Version older() {
    return older;
  }

  void cut() {
    older = null;
  }
}
