package dev.ballast.api.wire;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One media type of a Content-Type or Accept header.
 *
 * @param name {@code type/subtype} in lower case
 * @param parameters by name in lower case, without quotes
 */
public record MediaType(String name, Map<String, String> parameters) {

  public static final String JSON = "application/json";
  public static final String YAML = "application/yaml";
  public static final String PROTOBUF = "application/vnd.kubernetes.protobuf";

  public MediaType {
    parameters = Map.copyOf(parameters);
  }

  public static MediaType parse(String text) {
    String[] parts = text.split(";", -1);
    Map<String, String> parameters = new HashMap<>();
    for (int i = 1; i < parts.length; i++) {
      int at = parts[i].indexOf('=');
      if (at > 0) {
        parameters.put(
            parts[i].substring(0, at).strip().toLowerCase(Locale.ROOT),
            parts[i].substring(at + 1).strip().replace("\"", ""));
      }
    }
    return new MediaType(parts[0].strip().toLowerCase(Locale.ROOT), parameters);
  }

  /** The clauses of an Accept header, the most wanted first. */
  public static List<MediaType> accepted(String header) {
    List<MediaType> clauses = new ArrayList<>();
    for (String clause : header.split(",")) {
      if (!clause.isBlank()) {
        clauses.add(parse(clause));
      }
    }
    clauses.sort(Comparator.comparingDouble(MediaType::quality).reversed());
    return clauses;
  }

  public String parameter(String key) {
    return parameters.getOrDefault(key, "");
  }

  /** Whether it means {@code type}, wildcards included. */
  public boolean includes(String type) {
    return name.equals(type)
        || name.equals("*/*")
        || (name.endsWith("/*") && type.startsWith(name.substring(0, name.length() - 1)));
  }

  private double quality() {
    try {
      return Double.parseDouble(parameters.getOrDefault("q", "1"));
    } catch (NumberFormatException notANumber) {
      return 1;
    }
  }
}
