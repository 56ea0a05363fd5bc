package dev.ballast.app;

import java.io.PrintStream;
import java.util.List;

/**
 * A table that is drawn over itself on a terminal; elsewhere it is printed once for every change.
 * One thread.
 */
final class LiveTable {

  private final PrintStream out;
  private final boolean terminal;
  private String shown = "";

  LiveTable(PrintStream out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  void show(List<List<String>> rows) {
    String text = layout(rows);
    if (text.equals(shown)) {
      return;
    }
    if (terminal && !shown.isEmpty()) {
      out.print("\u001b[" + shown.lines().count() + "A\u001b[J");
    }
    out.print(text);
    if (!terminal) {
      out.println();
    }
    out.flush();
    shown = text;
  }

  /** Columns as wide as their widest cell, three spaces between, as kubectl prints them. */
  static String layout(List<List<String>> rows) {
    int columns = rows.stream().mapToInt(List::size).max().orElse(0);
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int i = 0; i < row.size(); i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    StringBuilder text = new StringBuilder();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < row.size(); i++) {
        line.append(row.get(i)).append(" ".repeat(widths[i] - row.get(i).length() + 3));
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }
}
