package dev.ballast.executor.stream;

import dev.ballast.core.container.ContainerRuntime;
import dev.ballast.core.node.Frame;
import dev.ballast.core.node.NodeStream;
import dev.ballast.core.node.StreamRequest;
import dev.ballast.core.resource.Json;
import dev.ballast.core.time.Timers;
import dev.ballast.executor.http.PodHttp;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One HTTP exchange between the API and a pod. */
final class HttpPump {

  private static final Logger LOG = LoggerFactory.getLogger(HttpPump.class);
  private static final Duration CONNECT = Duration.ofSeconds(10);
  private static final int SMALL_BODY = 64 << 10;

  private HttpPump() {}

  static void run(
      ContainerRuntime runtime,
      String address,
      StreamRequest.Http request,
      NodeStream stream,
      Timers timers)
      throws IOException {
    try (PodHttp http = connect(runtime, address, request)) {
      send(http, address, request, stream);
      timers.execute(() -> closeWhenLeft(http, stream));
      http.readHead(request.method());
      StreamRequest.HttpHead head = new StreamRequest.HttpHead(http.status(), http.headers());
      byte[] json = Json.bytes(Json.MAPPER.valueToTree(head));
      stream.send(new Frame(Frame.HEAD, json));
      InputStream body = http.body();
      byte[] buffer = new byte[32 << 10];
      for (int count = body.read(buffer); count >= 0; count = body.read(buffer)) {
        if (!stream.send(new Frame(Frame.STDOUT, Arrays.copyOf(buffer, count)))) {
          return;
        }
      }
    } catch (IOException e) {
      throw new IOException(
          "error trying to reach service: dial tcp "
              + address
              + ":"
              + request.port()
              + ": "
              + e.getMessage(),
          e);
    }
  }

  private static PodHttp connect(
      ContainerRuntime runtime, String address, StreamRequest.Http request) throws IOException {
    PodHttp http = PodHttp.connect(runtime, request.scheme(), address, request.port(), CONNECT);
    http.readTimeout(Duration.ZERO);
    return http;
  }

  /**
   * A short body goes with its length, because small servers know no chunks; a long one streams.
   */
  private static void send(
      PodHttp http, String address, StreamRequest.Http request, NodeStream stream)
      throws IOException {
    Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    headers.putAll(request.headers());
    headers.putIfAbsent("Host", List.of(address + ":" + request.port()));
    ByteArrayOutputStream small = new ByteArrayOutputStream();
    boolean streaming = false;
    for (Optional<Frame> frame = stream.receive();
        frame.isPresent() && frame.get().channel() != Frame.CLOSE;
        frame = stream.receive()) {
      small.writeBytes(frame.get().data());
      if (!streaming && small.size() > SMALL_BODY) {
        http.request(request.method(), request.path(), headers, true);
        streaming = true;
      }
      if (streaming) {
        http.writeBody(small.toByteArray());
        small.reset();
      }
    }
    if (streaming) {
      http.endBody();
    } else if (small.size() == 0) {
      http.request(request.method(), request.path(), headers, false);
    } else {
      http.request(request.method(), request.path(), headers, small.toByteArray());
    }
  }

  private static void closeWhenLeft(PodHttp http, NodeStream stream) {
    while (stream.receive().isPresent()) {
      LOG.trace("ignoring a frame after the request");
    }
    http.close();
  }
}
