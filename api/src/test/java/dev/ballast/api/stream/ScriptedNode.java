package dev.ballast.api.stream;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.node.Frame;
import dev.ballast.core.node.NodeStream;
import dev.ballast.core.node.NodeStreams;
import dev.ballast.core.node.StreamRequest;
import dev.ballast.core.resource.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A node's agent without containers: what it does follows from the command, the container's name or
 * the path asked for.
 */
final class ScriptedNode implements NodeStreams.Handler {

  static final int CHUNK = 16 << 10;

  final Queue<StreamRequest> requests = new ConcurrentLinkedQueue<>();
  final AtomicLong sentBytes = new AtomicLong();
  final AtomicLong running = new AtomicLong();

  @Override
  public void serve(StreamRequest request, NodeStream stream) {
    requests.add(request);
    running.incrementAndGet();
    try {
      switch (request) {
        case StreamRequest.Exec exec -> run(exec.command(), stream);
        case StreamRequest.Attach attach -> run(List.of("cat"), stream);
        case StreamRequest.Logs logs -> log(logs, stream);
        case StreamRequest.Http http -> answer(http, stream);
      }
    } finally {
      running.decrementAndGet();
    }
  }

  private void run(List<String> command, NodeStream stream) {
    switch (command.getFirst()) {
      case "cat" -> {
        cat(stream);
        stream.send(success());
      }
      case "both" -> {
        stream.send(Frame.text(Frame.STDOUT, "out"));
        stream.send(Frame.text(Frame.STDERR, "err"));
        stream.send(success());
      }
      case "exit" -> stream.send(exit(Integer.parseInt(command.get(1))));
      case "flood" -> {
        flood(stream, Long.parseLong(command.get(1)));
        stream.send(success());
      }
      case "count" -> {
        long bytes = 0;
        Optional<Frame> frame = stream.receive();
        while (frame.isPresent() && frame.get().channel() != Frame.CLOSE) {
          bytes += frame.get().data().length;
          frame = stream.receive();
        }
        stream.send(Frame.text(Frame.STDOUT, Long.toString(bytes)));
        stream.send(success());
      }
      case "size" -> {
        Optional<Frame> frame = stream.receive();
        stream.send(new Frame(Frame.STDOUT, frame.orElseThrow().data()));
        stream.send(success());
      }
      case "vanish" -> {}
      default -> throw new IllegalArgumentException(command.toString());
    }
  }

  /** Echoes until its input ends or it is told to stop. */
  private static void cat(NodeStream stream) {
    Optional<Frame> frame = stream.receive();
    while (frame.isPresent() && frame.get().channel() != Frame.CLOSE) {
      if (frame.get().channel() == Frame.STDIN) {
        stream.send(new Frame(Frame.STDOUT, frame.get().data()));
        if (new String(frame.get().data(), StandardCharsets.UTF_8).equals("exit\n")) {
          return;
        }
      }
      frame = stream.receive();
    }
  }

  private void flood(NodeStream stream, long bytes) {
    byte[] chunk = new byte[CHUNK];
    for (long sent = 0; sent < bytes; sent += chunk.length) {
      for (int i = 0; i < chunk.length; i += 512) {
        chunk[i] = (byte) ((sent + i) >> 9);
      }
      if (!stream.send(new Frame(Frame.STDOUT, chunk.clone()))) {
        return;
      }
      sentBytes.addAndGet(chunk.length);
    }
  }

  private void log(StreamRequest.Logs logs, NodeStream stream) {
    if (logs.container().equals("broken")) {
      stream.send(
          Frame.text(
              Frame.ERROR,
              "{\"code\":400,\"reason\":\"BadRequest\",\"message\":\"rotated away\"}"));
      return;
    }
    if (logs.tailLines() > 0 && logs.tailLines() == logs.limitBytes()) {
      flood(stream, logs.limitBytes());
      return;
    }
    stream.send(Frame.text(Frame.STDOUT, "first\n"));
    if (logs.follow()) {
      stream.receive();
    }
    stream.send(Frame.text(Frame.STDOUT, "last\n"));
  }

  private void answer(StreamRequest.Http http, NodeStream stream) {
    if (http.path().startsWith("/refused")) {
      stream.send(Frame.text(Frame.ERROR, "{\"message\":\"connection refused\"}"));
      return;
    }
    int status = http.path().startsWith("/moved") ? 302 : 200;
    ObjectNode head = Json.object().put("status", status);
    ObjectNode headers = head.putObject("headers");
    headers.putArray("Content-Type").add("text/echo");
    headers.putArray("X-Two").add("a").add("b");
    headers.putArray("Connection").add("X-Hop");
    headers.putArray("X-Hop").add("secret");
    if (status == 302) {
      headers.putArray("Location").add("/else?where");
    }
    if (http.path().equals("/sized") || http.path().equals("/short")) {
      headers.putArray("Content-Length").add(http.path().equals("/sized") ? "21" : "1000");
    }
    stream.send(new Frame(Frame.HEAD, Json.bytes(head)));
    String line =
        http.method() + " " + http.scheme() + " " + http.port() + " " + http.path() + "\n";
    stream.send(Frame.text(Frame.STDOUT, line));
    // Clients of HTTP/1.1 read the answer when they have sent everything, so it has to wait.
    List<Frame> body = new ArrayList<>();
    Optional<Frame> frame = stream.receive();
    while (frame.isPresent() && frame.get().channel() != Frame.CLOSE) {
      body.add(frame.get());
      frame = stream.receive();
    }
    body.forEach(part -> stream.send(new Frame(Frame.STDOUT, part.data())));
    if (http.path().startsWith("/flood/")) {
      flood(stream, Long.parseLong(http.path().substring(7)));
    }
  }

  static Frame success() {
    return Frame.text(Frame.ERROR, "{\"metadata\":{},\"status\":\"Success\"}");
  }

  private static Frame exit(int code) {
    ObjectNode status = Json.object().put("status", "Failure").put("reason", "NonZeroExitCode");
    status.put("message", "command terminated with non-zero exit code: exit status " + code);
    status
        .putObject("details")
        .putArray("causes")
        .add(
            Json.object()
                .setAll(
                    Map.of(
                        "reason", Json.object().textNode("ExitCode"),
                        "message", Json.object().textNode(Integer.toString(code)))));
    return new Frame(Frame.ERROR, Json.bytes(status));
  }
}
