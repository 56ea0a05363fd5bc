package dev.ballast.executor.docker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A network made ahead of its pod.
 *
 * @param id of the container that holds it
 * @param namespace a file that is the namespace while it lives
 * @param dns servers, as the engine gives them to containers of this network
 */
record Network(String id, Path namespace, String address, List<String> dns) {

  private static final Logger LOG = LoggerFactory.getLogger(Network.class);

  /** Where a process is that should be in a namespace. */
  enum Link {
    HELD,
    NOT_YET,
    GONE
  }

  /**
   * Whether the process is in the namespace. Both are looked at anew. The engine unmounts the
   * namespace when its holder ends, and what is left is a file of another file system.
   */
  static Link link(long pid, Path namespace) {
    try {
      Path own = Path.of("/proc/" + pid + "/ns/net");
      if (!Files.getAttribute(own, "unix:dev").equals(Files.getAttribute(namespace, "unix:dev"))) {
        return Link.GONE;
      }
      return Files.getAttribute(own, "unix:ino").equals(Files.getAttribute(namespace, "unix:ino"))
          ? Link.HELD
          : Link.NOT_YET;
    } catch (IOException | UnsupportedOperationException e) {
      LOG.debug("process {} has no network at {}", pid, namespace, e);
      return Link.GONE;
    }
  }
}
