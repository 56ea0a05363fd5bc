package dev.ballast.control.job;

import java.util.BitSet;

/** Sets of completion indexes and their text form: {@code 0,2-5,7}, as a Job's status has it. */
final class IndexSet {

  private IndexSet() {}

  /** Indexes at or above {@code limit} are dropped; what is no number counts for nothing. */
  static BitSet parse(String text, int limit) {
    BitSet set = new BitSet();
    for (String range : text.split(",")) {
      String[] ends = range.split("-", 2);
      try {
        int first = Integer.parseInt(ends[0].strip());
        int last = ends.length == 2 ? Integer.parseInt(ends[1].strip()) : first;
        if (first >= 0 && first < limit && last >= first) {
          set.set(first, Math.min(last + 1, limit));
        }
      } catch (NumberFormatException e) {
        continue;
      }
    }
    return set;
  }

  /** Two neighbours are listed, three or more become a range. */
  static String text(BitSet set) {
    StringBuilder text = new StringBuilder();
    for (int first = set.nextSetBit(0); first >= 0; ) {
      int end = set.nextClearBit(first);
      if (!text.isEmpty()) {
        text.append(',');
      }
      text.append(first);
      if (end - first > 1) {
        text.append(end - first == 2 ? ',' : '-').append(end - 1);
      }
      first = set.nextSetBit(end);
    }
    return text.toString();
  }
}
