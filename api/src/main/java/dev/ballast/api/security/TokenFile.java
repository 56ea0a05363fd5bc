package dev.ballast.api.security;

import dev.ballast.core.identity.User;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Bearer tokens in the format of kube-apiserver's {@code --token-auth-file}: CSV lines {@code
 * token,user,uid} with an optional fourth column of groups, quoted if there are several: {@code
 * t0ken,alice,1000,"dev,ops"}. Pure apart from reading the file.
 */
public final class TokenFile {

  /** Who a token stands for. */
  public record Entry(String token, User user) {
    /** Never the token: records end up in logs. */
    @Override
    public String toString() {
      return "Entry[" + user.name() + "]";
    }
  }

  private TokenFile() {}

  /**
   * @throws IOException with file and line in the message, when the file cannot be read or is not
   *     in the format
   */
  public static List<Entry> read(Path file) throws IOException {
    return parse(file.toString(), Files.readString(file));
  }

  static List<Entry> parse(String file, String text) throws IOException {
    List<Entry> entries = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    int number = 0;
    for (String line : text.split("\r?\n", -1)) {
      number++;
      if (line.isBlank()) {
        continue;
      }
      Entry entry = entry(columns(line, file, number), file, number);
      if (!seen.add(entry.token())) {
        throw wrong(file, number, "the token of user \"" + entry.user().name() + "\" occurs twice");
      }
      entries.add(entry);
    }
    return entries;
  }

  private static Entry entry(List<String> columns, String file, int number) throws IOException {
    if (columns.size() < 3) {
      throw wrong(
          file,
          number,
          "must have at least 3 columns (token, user name, user uid), found " + columns.size());
    }
    if (columns.get(0).isEmpty()) {
      throw wrong(file, number, "the token is empty");
    }
    if (columns.get(1).isEmpty()) {
      throw wrong(file, number, "the user name is empty");
    }
    List<String> groups =
        columns.size() < 4
            ? List.of()
            : Arrays.stream(columns.get(3).split(","))
                .map(String::strip)
                .filter(group -> !group.isEmpty())
                .toList();
    return new Entry(columns.get(0), new User(columns.get(1), columns.get(2), groups, Map.of()));
  }

  /** One line of CSV by RFC 4180: a quote inside quotes is doubled. */
  private static List<String> columns(String line, String file, int number) throws IOException {
    List<String> columns = new ArrayList<>();
    int at = 0;
    while (at <= line.length()) {
      StringBuilder value = new StringBuilder();
      if (at < line.length() && line.charAt(at) == '"') {
        at = quoted(line, at + 1, value, file, number);
      } else {
        int end = line.indexOf(',', at);
        end = end < 0 ? line.length() : end;
        value.append(line, at, end);
        if (value.indexOf("\"") >= 0) {
          throw wrong(file, number, "a quote stands inside a column that does not begin with one");
        }
        at = end;
      }
      columns.add(value.toString());
      if (at < line.length() && line.charAt(at) != ',') {
        throw wrong(file, number, "text follows a closing quote; a comma must");
      }
      at++;
    }
    return columns;
  }

  /** Reads to behind the closing quote, and says where that is. */
  private static int quoted(String line, int from, StringBuilder value, String file, int number)
      throws IOException {
    for (int at = from; at < line.length(); at++) {
      char c = line.charAt(at);
      if (c != '"') {
        value.append(c);
      } else if (at + 1 < line.length() && line.charAt(at + 1) == '"') {
        value.append('"');
        at++;
      } else {
        return at + 1;
      }
    }
    throw wrong(file, number, "a quote is not closed");
  }

  private static IOException wrong(String file, int number, String what) {
    return new IOException("token file " + file + ", line " + number + ": " + what);
  }
}
