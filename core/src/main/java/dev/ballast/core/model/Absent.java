package dev.ballast.core.model;

import dev.ballast.core.resource.Sharing;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What an absent JSON field decodes to: "", an empty list or map; never null. What is there is
 * shared with equal values of other objects.
 */
public final class Absent {

  private Absent() {}

  public static String text(String value) {
    return value == null ? "" : value;
  }

  public static <T> List<T> list(List<T> value) {
    return value == null ? List.of() : Sharing.list(value);
  }

  /** Keeps the order of the document. */
  public static <V> Map<String, V> map(Map<String, V> value) {
    return value == null || value.isEmpty()
        ? Map.of()
        : Sharing.map(Collections.unmodifiableMap(new LinkedHashMap<>(value)));
  }
}
