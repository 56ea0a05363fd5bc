package dev.ballast.stategrid.entry;

import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.store.Watch.Change;

/**
 * One object's part of a commit, as the log keeps it. The document itself goes beside it, since
 * most readers of entries do not want it.
 *
 * @param position where it stands in the log
 * @param previous the position of the version before; 0 for ADDED
 */
public record Entry(long position, ObjectKey key, Change change, long previous, Head head) {

  public long revision() {
    return Position.revision(position);
  }

  public boolean removes() {
    return change == Change.DELETED;
  }
}
