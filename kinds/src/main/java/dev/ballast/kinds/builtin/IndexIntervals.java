package dev.ballast.kinds.builtin;

/** Lists of a job's indexes, {@code 0,2-4,7}: rising, each below the job's completions. Pure. */
final class IndexIntervals {

  private IndexIntervals() {}

  /**
   * How many indexes a list names.
   *
   * @throws IllegalArgumentException in kube-apiserver's words
   */
  static int count(String text, int completions) {
    int total = 0;
    int last = -1;
    for (String interval : text.isEmpty() ? new String[0] : text.split(",", -1)) {
      String[] limits = interval.split("-", -1);
      if (limits.length > 2) {
        throw new IllegalArgumentException(
            "the fragment \""
                + interval
                + "\" violates the requirement that an index interval can have at most two parts"
                + " separated by '-'");
      }
      int first = index(limits[0], completions);
      int end = limits.length == 1 ? first : index(limits[1], completions);
      if (limits.length == 2 && first >= end) {
        throw unordered(first, end);
      }
      if (total > 0 && last >= first) {
        throw unordered(last, first);
      }
      total += end - first + 1;
      last = end;
    }
    return total;
  }

  private static int index(String text, int completions) {
    int index;
    try {
      index = Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "cannot convert string to integer for index: \"" + text + "\"", e);
    }
    if (index >= completions) {
      throw new IllegalArgumentException("too large index: \"" + text + "\"");
    }
    return index;
  }

  private static IllegalArgumentException unordered(int previous, int current) {
    return new IllegalArgumentException(
        "non-increasing order, previous: " + previous + ", current: " + current);
  }
}
