package dev.ballast.core.selector;

import dev.ballast.core.selector.LabelSelector.Operator;
import dev.ballast.core.selector.LabelSelector.Requirement;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads {@code labelSelector} query strings: {@code a=b,c!=d,e in (f,g),h notin (i),j,!k}. */
public final class LabelSelectorParser {

  private static final String KEY = "[A-Za-z0-9][A-Za-z0-9_./-]*";
  private static final Pattern SET =
      Pattern.compile("(" + KEY + ")\\s+(in|notin)\\s*\\(([^()]*)\\)");
  private static final Pattern EQUALITY =
      Pattern.compile("(" + KEY + ")\\s*(==|=|!=)\\s*([A-Za-z0-9_.-]*)");
  private static final Pattern EXISTENCE = Pattern.compile("(!?)\\s*(" + KEY + ")");

  private LabelSelectorParser() {}

  /**
   * @throws IllegalArgumentException with a message for a person when the text is no selector
   */
  public static LabelSelector parse(String text) {
    List<Requirement> requirements = new ArrayList<>();
    for (String part : split(text)) {
      if (!part.isBlank()) {
        requirements.add(requirement(part.strip(), text));
      }
    }
    return new LabelSelector(requirements);
  }

  private static Requirement requirement(String part, String text) {
    Matcher set = SET.matcher(part);
    if (set.matches()) {
      List<String> values = new ArrayList<>();
      for (String value : set.group(3).split(",", -1)) {
        values.add(value.strip());
      }
      return new Requirement(
          set.group(1), set.group(2).equals("in") ? Operator.IN : Operator.NOT_IN, values);
    }
    Matcher equality = EQUALITY.matcher(part);
    if (equality.matches()) {
      Operator operator = equality.group(2).equals("!=") ? Operator.NOT_IN : Operator.IN;
      return new Requirement(equality.group(1), operator, List.of(equality.group(3)));
    }
    Matcher existence = EXISTENCE.matcher(part);
    if (existence.matches()) {
      return new Requirement(
          existence.group(2),
          existence.group(1).isEmpty() ? Operator.EXISTS : Operator.DOES_NOT_EXIST,
          List.of());
    }
    throw new IllegalArgumentException(
        "unable to parse requirement \"" + part + "\" in label selector \"" + text + "\"");
  }

  /** Splits at commas outside parentheses. */
  private static List<String> split(String text) {
    List<String> parts = new ArrayList<>();
    int depth = 0;
    int from = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '(') {
        depth++;
      } else if (c == ')') {
        depth--;
      } else if (c == ',' && depth == 0) {
        parts.add(text.substring(from, i));
        from = i + 1;
      }
    }
    parts.add(text.substring(from));
    return parts;
  }
}
