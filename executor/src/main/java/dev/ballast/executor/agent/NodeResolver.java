package dev.ballast.executor.agent;

import dev.ballast.executor.assemble.Dns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How this machine resolves names. Read anew each time: networks change. */
final class NodeResolver {

  private static final Logger LOG = LoggerFactory.getLogger(NodeResolver.class);
  private static final String FILE = "etc/resolv.conf";

  /** Where systemd-resolved, when it answers on loopback, says whom it asks itself. */
  private static final String BEHIND = "run/systemd/resolve/resolv.conf";

  private NodeResolver() {}

  /**
   * @param root {@code /}
   */
  static Dns of(Path root) {
    Dns own = read(root.resolve(FILE));
    Path behind = root.resolve(BEHIND);
    return own.isLocal() && Files.exists(behind) ? read(behind) : own;
  }

  private static Dns read(Path file) {
    try {
      return Dns.parse(Files.readAllLines(file));
    } catch (IOException e) {
      LOG.debug("{} cannot be read", file, e);
      return Dns.NONE;
    }
  }
}
