package dev.ballast.api.security;

import dev.ballast.core.time.Timers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * The certificate that the server shows now. A new one is issued at every start, whenever an
 * address is added, and long before the old one ends; the listener hands it to the running server.
 * Thread-safe.
 */
public final class ServerCertificates {

  /** Every cluster's names for its API, whichever address it is reached by. */
  private static final List<String> STANDARD =
      List.of(
          "localhost",
          "127.0.0.1",
          "::1",
          "kubernetes",
          "kubernetes.default",
          "kubernetes.default.svc",
          "kubernetes.default.svc.cluster.local",
          "10.96.0.1");

  private static final Duration RENEW_AFTER = Duration.ofDays(200);

  private final CertificateAuthority authority;
  private final Timers timers;
  private final SortedSet<String> names = new TreeSet<>(STANDARD);
  private Consumer<PemPair> listener = pair -> {};
  private PemPair current;

  /**
   * @param bindAddresses where the server listens; a wildcard stands for all of this machine's
   */
  public ServerCertificates(
      CertificateAuthority authority, Collection<String> bindAddresses, Timers timers) {
    this.authority = authority;
    this.timers = timers;
    names.addAll(addressesOf(bindAddresses));
    current = authority.issueServer(names, timers.now().wall());
    timers.schedule(RENEW_AFTER, this::renewForEver);
  }

  public synchronized PemPair current() {
    return current;
  }

  public synchronized SortedSet<String> names() {
    return new TreeSet<>(names);
  }

  /** Calls back with every later certificate, one at a time. */
  public synchronized void onChange(Consumer<PemPair> newListener) {
    listener = newListener;
  }

  /** Makes the server known under more names or addresses, such as a container bridge's. */
  public synchronized void add(Collection<String> more) {
    if (names.addAll(more)) {
      renew();
    }
  }

  private synchronized void renew() {
    current = authority.issueServer(names, timers.now().wall());
    listener.accept(current);
  }

  private void renewForEver() {
    renew();
    timers.schedule(RENEW_AFTER, this::renewForEver);
  }

  private static SortedSet<String> addressesOf(Collection<String> bindAddresses) {
    SortedSet<String> found = new TreeSet<>();
    try {
      InetAddress local = localHost();
      found.add(local.getHostName());
      for (String address : bindAddresses) {
        if (InetAddress.getByName(address).isAnyLocalAddress()) {
          NetworkInterface.networkInterfaces()
              .flatMap(NetworkInterface::inetAddresses)
              .map(ServerCertificates::text)
              .forEach(found::add);
        } else {
          found.add(address);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot resolve one of " + bindAddresses, e);
    }
    return found;
  }

  /** A machine need not be able to resolve its own name. */
  private static InetAddress localHost() {
    try {
      return InetAddress.getLocalHost();
    } catch (IOException e) {
      return InetAddress.getLoopbackAddress();
    }
  }

  /** Without the scope ({@code %eth0}) of a link-local address. */
  private static String text(InetAddress address) {
    return address.getHostAddress().replaceFirst("%.*", "");
  }
}
