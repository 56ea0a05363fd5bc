package dev.ballast.api.stream;

import java.util.Optional;

/**
 * The name in a proxy path: {@code [SCHEME:]NAME[:PORT]}, as Kubernetes splits it ({@code
 * name:port} is no scheme).
 *
 * @param scheme http, https or "" for http
 * @param port number or name, "" for the default one
 */
record SchemeNamePort(String scheme, String name, String port) {

  /** Empty when the text is none. */
  static Optional<SchemeNamePort> parse(String text) {
    String[] parts = text.split(":", -1);
    SchemeNamePort split =
        switch (parts.length) {
          case 1 -> new SchemeNamePort("", parts[0], "");
          case 2 -> new SchemeNamePort("", parts[0], parts[1]);
          case 3 -> new SchemeNamePort(parts[0], parts[1], parts[2]);
          default -> new SchemeNamePort("", "", "");
        };
    boolean known = split.scheme.isEmpty() || split.scheme.matches("https?");
    return known && !split.name.isEmpty() ? Optional.of(split) : Optional.empty();
  }

  String schemeOrHttp() {
    return scheme.isEmpty() ? "http" : scheme;
  }
}
