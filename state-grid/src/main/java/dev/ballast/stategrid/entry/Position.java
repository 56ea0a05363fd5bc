package dev.ballast.stategrid.entry;

/**
 * Where an entry stands in the log: (revision, ordinal within the commit) in one long that sorts
 * the same way. 43 bits of revision, 20 bits of ordinal. Pure.
 */
public final class Position {

  private static final int ORDINAL_BITS = 20;

  /** A commit may hold this many objects. */
  public static final int MAXIMUM_ORDINALS = 1 << ORDINAL_BITS;

  private Position() {}

  public static long of(long revision, int ordinal) {
    return (revision << ORDINAL_BITS) | ordinal;
  }

  public static long revision(long position) {
    return position >>> ORDINAL_BITS;
  }

  /** The last position that a commit of this revision could take. */
  public static long endOf(long revision) {
    return of(revision, MAXIMUM_ORDINALS - 1);
  }
}
