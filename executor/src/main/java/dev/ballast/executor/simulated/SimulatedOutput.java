package dev.ballast.executor.simulated;

import dev.ballast.core.container.ContainerState;
import dev.ballast.core.container.LogQuery;
import dev.ballast.core.container.StreamResult;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/** What simulated containers say: that they are simulated. Pure. */
final class SimulatedOutput {

  private SimulatedOutput() {}

  static StreamResult said(String id, Optional<Simulated> instance, String text) {
    if (instance.filter(i -> i.state().isRunning()).isEmpty()) {
      return new StreamResult.Failed("NotRunning", "container " + id + " is not running");
    }
    return open(text, new CountDownLatch(0));
  }

  static StreamResult logs(String id, Optional<Simulated> instance, LogQuery query) {
    if (instance.isEmpty()) {
      return new StreamResult.Failed("NotFound", "No such container: " + id);
    }
    ContainerState state = instance.get().state();
    String line =
        (query.timestamps() ? state.startedAt() + " " : "")
            + "simulated: container "
            + state.container()
            + " of "
            + state.pod()
            + " only seems to run\n";
    String text = query.tail() == 0 || state.startedAt().isBefore(query.since()) ? "" : line;
    return open(text, query.follow() ? instance.get().ended() : new CountDownLatch(0));
  }

  private static StreamResult open(String text, CountDownLatch end) {
    return new StreamResult.Open(new SimulatedStream(text.getBytes(StandardCharsets.UTF_8), end));
  }
}
