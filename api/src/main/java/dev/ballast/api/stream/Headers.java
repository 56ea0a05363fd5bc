package dev.ballast.api.stream;

import dev.ballast.api.auth.Authenticator;
import io.vertx.core.MultiMap;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Which headers a proxy passes on: those between the ends, not those between neighbours. Pure. */
final class Headers {

  /** RFC 9110 7.6.1, and what older agents treat so. */
  private static final Set<String> HOP_BY_HOP =
      Set.of(
          "connection",
          "keep-alive",
          "proxy-authenticate",
          "proxy-authorization",
          "proxy-connection",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade");

  private Headers() {}

  /** Without the client's credentials: a pod must not learn them. */
  static Map<String, List<String>> towardsPod(MultiMap headers) {
    Map<String, List<String>> passed = passed(grouped(headers));
    passed.keySet().removeIf(name -> name.equalsIgnoreCase("Authorization"));
    passed.replaceAll((name, values) -> withoutToken(name, values));
    passed.values().removeIf(List::isEmpty);
    passed.keySet().removeIf(name -> name.equalsIgnoreCase("Host"));
    return passed;
  }

  /**
   * A browser's token comes as one of the subprotocols that it offers; the others are the pod's.
   */
  private static List<String> withoutToken(String name, List<String> values) {
    return !name.equalsIgnoreCase("Sec-WebSocket-Protocol")
        ? values
        : values.stream()
            .flatMap(value -> Stream.of(value.split(",")))
            .map(String::strip)
            .filter(offer -> !offer.isEmpty() && !offer.startsWith(Authenticator.IN_SUBPROTOCOL))
            .toList();
  }

  static Map<String, List<String>> passed(Map<String, List<String>> headers) {
    Set<String> dropped = new TreeSet<>(HOP_BY_HOP);
    headers.forEach(
        (name, values) -> {
          if (name.equalsIgnoreCase("Connection")) {
            for (String named : String.join(",", values).split(",")) {
              dropped.add(named.strip().toLowerCase(Locale.ROOT));
            }
          }
        });
    Map<String, List<String>> passed = new LinkedHashMap<>(headers);
    passed.keySet().removeIf(name -> dropped.contains(name.toLowerCase(Locale.ROOT)));
    return passed;
  }

  private static Map<String, List<String>> grouped(MultiMap headers) {
    Map<String, List<String>> grouped = new LinkedHashMap<>();
    for (String name : headers.names()) {
      grouped.put(name, new ArrayList<>(headers.getAll(name)));
    }
    return grouped;
  }
}
