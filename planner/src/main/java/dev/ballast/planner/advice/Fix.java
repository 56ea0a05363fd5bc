package dev.ballast.planner.advice;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

  /** Only machines may be like each other. */
  private static String counted(Map.Entry<String, Integer> words) {
    return words.getValue() == 1
        ? words.getKey()
        : words.getKey().replaceFirst("^add a node", "add " + words.getValue() + " nodes");
  }

  public String message() {
    Map<String, Integer> words = new LinkedHashMap<>();
    changes.forEach(one -> words.merge(one.words(), 1, Integer::sum));
    return words.entrySet().stream().map(Fix::counted).collect(Collectors.joining(" and "));
  }
}
