package dev.ballast.app;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Comparator;
import java.util.List;

/**
 * Where this server is, for whom.
 *
 * @param bind what it listens on, wildcards too
 * @param memberPort where it listens to the other members
 */
record Addresses(String bind, int memberPort) {

  /** {@code HOST:PORT} for the other members. */
  String member() {
    return bracketed(advertisedHost()) + ":" + memberPort;
  }

  /** The API for other machines. */
  String advertised(int port) {
    return url(advertisedHost(), port);
  }

  /** The API for clients on this machine. */
  String local(int port) {
    return url(isWildcard() ? "127.0.0.1" : bind, port);
  }

  /** The members' addresses as Endpoints may name them. */
  static List<String> ofEndpoints(List<String> urls) {
    return urls.stream()
        .map(url -> URI.create(url).getHost().replace("[", "").replace("]", ""))
        .map(Addresses::notLoopback)
        .distinct()
        .sorted()
        .toList();
  }

  /**
   * Of a wildcard, the address that this machine's name stands for, or the first that it has where
   * that is only known to itself, as on Debian.
   */
  private String advertisedHost() {
    if (!isWildcard()) {
      return bind;
    }
    try {
      InetAddress named = InetAddress.getLocalHost();
      return named.isLoopbackAddress() ? firstOfAnInterface() : named.getHostAddress();
    } catch (UnknownHostException e) {
      return firstOfAnInterface();
    }
  }

  private static String firstOfAnInterface() {
    try {
      return NetworkInterface.networkInterfaces()
          .sorted(Comparator.comparingInt(NetworkInterface::getIndex))
          .flatMap(NetworkInterface::inetAddresses)
          .filter(one -> one instanceof Inet4Address && !one.isLoopbackAddress())
          .filter(one -> !one.isLinkLocalAddress())
          .map(InetAddress::getHostAddress)
          .findFirst()
          .orElse("127.0.0.1");
    } catch (SocketException e) {
      throw new StartFailure("cannot list this machine's addresses: " + e.getMessage(), e);
    }
  }

  private boolean isWildcard() {
    return bind.equals("0.0.0.0") || bind.equals("::");
  }

  /** Endpoints may not name loopback addresses, which is where the server listens by default. */
  private static String notLoopback(String host) {
    try {
      InetAddress bound = InetAddress.getByName(host);
      InetAddress address =
          bound.isAnyLocalAddress() || bound.isLoopbackAddress()
              ? InetAddress.getLocalHost()
              : bound;
      return address.isLoopbackAddress() ? "192.0.2.1" : address.getHostAddress();
    } catch (UnknownHostException e) {
      throw new StartFailure("cannot resolve " + host, e);
    }
  }

  private static String url(String host, int port) {
    return "https://" + bracketed(host) + ":" + port;
  }

  private static String bracketed(String host) {
    return host.contains(":") ? "[" + host + "]" : host;
  }
}
