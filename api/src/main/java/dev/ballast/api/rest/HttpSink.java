package dev.ballast.api.rest;

import dev.ballast.api.server.Exchange;
import java.util.ArrayList;
import java.util.List;

/** One JSON line an event, all of one call in one write. */
record HttpSink(Exchange.Output output) implements EventSink {

  @Override
  public boolean send(List<List<byte[]>> events) {
    List<byte[]> parts = new ArrayList<>();
    events.forEach(parts::addAll);
    return parts.isEmpty() || output.write(parts.toArray(byte[][]::new));
  }

  @Override
  public void onGone(Runnable task) {
    output.onEnd(task);
  }

  @Override
  public void close() {
    output.close();
  }
}
