package dev.ballast.executor.assemble;

import java.util.Map;

/**
 * {@code $(NAME)} in commands, arguments, values and subPathExpr. An unknown name stays as it is;
 * {@code $$} is one dollar sign, so {@code $$(NAME)} is never expanded. Source: the "Dependent
 * environment variables" page of Kubernetes. Pure.
 */
public final class Expansion {

  private Expansion() {}

  public static String expand(String text, Map<String, String> variables) {
    if (text.indexOf('$') < 0) {
      return text;
    }
    StringBuilder result = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      char next = i + 1 < text.length() ? text.charAt(i + 1) : 0;
      int end = text.indexOf(')', i);
      if (c == '$' && next == '$') {
        result.append('$');
        i++;
      } else if (c == '$' && next == '(' && end > 0) {
        String value = variables.get(text.substring(i + 2, end));
        result.append(value == null ? text.substring(i, end + 1) : value);
        i = end;
      } else {
        result.append(c);
      }
    }
    return result.toString();
  }
}
