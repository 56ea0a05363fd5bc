package dev.ballast.planner.advice;

import java.util.List;
import java.util.stream.Collectors;

/**
 * What places a waiting pod: all of these changes, and no part of them alone.
 *
 * @param node where the pod goes then; "" for one that is to be added
 */
public record Fix(List<Change> changes, String node) {

  public Fix {
    changes = List.copyOf(changes);
  }

  public String message() {
    return changes.stream().map(Change::words).collect(Collectors.joining(" and "));
  }
}
