package dev.ballast.executor.simulated;

import dev.ballast.core.container.PodConnection;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** A pod's end of a link: whatever is asked, one page is the answer. */
record SimulatedPage(InputStream input, OutputStream output) implements PodConnection {

  static SimulatedPage of(String pod) {
    String body = "Hello from simulated pod " + pod + ": nothing really runs here.\n";
    String answer =
        "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: "
            + body.length()
            + "\r\nConnection: close\r\n\r\n"
            + body;
    return new SimulatedPage(
        new ByteArrayInputStream(answer.getBytes(StandardCharsets.UTF_8)),
        OutputStream.nullOutputStream());
  }

  @Override
  public Optional<Socket> socket() {
    return Optional.empty();
  }

  @Override
  public void close() {}
}
