package dev.ballast.executor.stream;

import dev.ballast.core.container.ContainerStream;
import dev.ballast.core.node.Frame;
import dev.ballast.core.node.NodeStream;
import dev.ballast.core.time.Timers;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;

/** A container's log to the API, until it ends, the limit is reached or nobody reads any more. */
final class LogPump {

  private LogPump() {}

  /**
   * @param limit bytes, 0 for all
   */
  static void run(ContainerStream log, long limit, NodeStream stream, Timers timers)
      throws IOException {
    try (log) {
      timers.execute(() -> closeWhenLeft(log, stream));
      long left = limit <= 0 ? Long.MAX_VALUE : limit;
      while (left > 0) {
        Optional<ContainerStream.Chunk> chunk = log.read();
        if (chunk.isEmpty()) {
          return;
        }
        byte[] data = chunk.get().data();
        byte[] cut = data.length > left ? Arrays.copyOf(data, (int) left) : data;
        left -= cut.length;
        if (!stream.send(new Frame(Frame.STDOUT, cut))) {
          return;
        }
      }
    }
  }

  /** A follower that goes away while the container is silent must not be followed for ever. */
  private static void closeWhenLeft(ContainerStream log, NodeStream stream) {
    boolean there = true;
    while (there) {
      there = stream.receive().isPresent();
    }
    log.close();
  }
}
