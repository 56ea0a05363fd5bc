package dev.ballast.core.container;

/**
 * A hint to look again.
 *
 * @param podUid whose containers changed; "" when events may have been lost, so any may have
 */
public record RuntimeEvent(String podUid) {
  public static final RuntimeEvent ANYTHING = new RuntimeEvent("");
}
