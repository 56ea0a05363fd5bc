package dev.ballast.app;

import dev.ballast.api.security.Kubeconfig;
import dev.ballast.core.time.Timers;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code DIR/kubeconfig} names this member first, then the others: they come and go while this one
 * runs, so it is looked at again and again. Written by one thread at a time.
 */
final class KubeconfigFile implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(KubeconfigFile.class);
  private static final Duration INTERVAL = Duration.ofSeconds(10);

  private final Path data;
  private final Keys keys;
  private final Supplier<List<String>> servers;
  private final Timers timers;
  private List<String> named = List.of();
  private volatile boolean closed;

  /**
   * @param own the API for clients on this machine
   * @param advertised the API of this member for other machines
   * @param members the APIs of all members there are now
   */
  KubeconfigFile(
      Path data,
      Keys keys,
      String own,
      String advertised,
      Supplier<List<String>> members,
      Timers timers) {
    this.data = data;
    this.keys = keys;
    this.servers =
        () ->
            Stream.concat(
                    Stream.of(own), members.get().stream().filter(url -> !url.equals(advertised)))
                .distinct()
                .toList();
    this.timers = timers;
  }

  /**
   * Writes it now, and whenever the members change.
   *
   * @throws StartFailure when it cannot be written the first time
   */
  void keep() {
    write();
    timers.schedule(INTERVAL, this::again);
  }

  private void again() {
    if (closed) {
      return;
    }
    try {
      write();
    } catch (StartFailure e) {
      LOG.warn("{}; it is tried again", e.getMessage());
    }
    timers.schedule(INTERVAL, this::again);
  }

  private void write() {
    List<String> now = servers.get();
    if (now.equals(named)) {
      return;
    }
    try {
      Kubeconfig.write(
          data.resolve("kubeconfig"), now, keys.authority(), keys.own().admin().token());
      named = now;
    } catch (IOException e) {
      throw new StartFailure("cannot write the kubeconfig: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    closed = true;
  }
}
