package dev.ballast.api.stream;

import dev.ballast.api.server.Exchange;
import dev.ballast.api.server.Refusal;
import dev.ballast.core.node.Frame;
import dev.ballast.core.node.NodeStream;
import dev.ballast.core.node.StreamRequest;
import dev.ballast.core.resource.Json;
import dev.ballast.core.time.Timers;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * One proxied exchange: the request's body goes to the node on a thread of its own while the answer
 * comes back on the caller's. Neither is read faster than the other side takes it.
 */
final class ProxyLink {

  /** As kube-apiserver begins it; an agent may have begun so already. */
  private static final String UNREACHED = "error trying to reach service: ";

  private static final Buffer END = Buffer.buffer();

  private final Exchange exchange;
  private final HttpServerRequest request;
  private final NodeStream node;
  private final String prefix;

  /** The Content-Length that the pod told; 0 for none. */
  private long promised;

  private final BlockingQueue<Buffer> body = new LinkedBlockingQueue<>();

  /**
   * @param prefix path of the proxy itself, for redirects within the pod's site
   */
  ProxyLink(Exchange exchange, NodeStream node, String prefix) {
    this.exchange = exchange;
    this.request = exchange.request();
    this.node = node;
    this.prefix = prefix;
  }

  void run(Timers timers) throws Refusal {
    readBody();
    timers.execute(this::sendBody);
    answer();
  }

  private void readBody() {
    request.response().closeHandler(nothing -> abandoned());
    if (request.isEnded()) {
      body.add(END);
      return;
    }
    request.handler(body::add);
    request.endHandler(nothing -> body.add(END));
    request.exceptionHandler(broken -> abandoned());
    request.fetch(1);
  }

  /** The client is gone: nobody wants the answer. */
  private void abandoned() {
    node.close();
    body.add(END);
  }

  private void sendBody() {
    try {
      Buffer chunk = body.take();
      while (chunk != END) {
        if (!node.send(new Frame(Frame.STDIN, chunk.getBytes()))) {
          return;
        }
        request.fetch(1);
        chunk = body.take();
      }
      node.send(new Frame(Frame.CLOSE, new byte[] {Frame.STDIN}));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void answer() throws Refusal {
    StreamRequest.HttpHead head = head();
    try (Exchange.Output output = open(head)) {
      output.onEnd(this::abandoned);
      long passed = 0;
      Optional<Frame> frame = node.receive();
      while (frame.isPresent()) {
        byte[] data = frame.get().data();
        if (frame.get().channel() == Frame.ERROR) {
          breakOff();
          return;
        }
        if (frame.get().channel() == Frame.STDOUT && data.length > 0) {
          passed += data.length;
          if (!output.write(data)) {
            return;
          }
        }
        frame = node.receive();
      }
      if (passed < promised && hasBody(head.status())) {
        breakOff();
      }
    }
  }

  private boolean hasBody(int status) {
    return status != 204 && status != 304 && !request.method().name().equals("HEAD");
  }

  /** The client must not take half an answer for a whole one. */
  private void breakOff() {
    request.connection().close();
  }

  private StreamRequest.HttpHead head() throws Refusal {
    Optional<Frame> first = node.receive();
    while (first.isPresent() && first.get().channel() != Frame.HEAD) {
      if (first.get().channel() == Frame.ERROR) {
        String told = Failures.read(first.get()).message();
        throw Failures.unavailable(told.startsWith(UNREACHED) ? told : UNREACHED + told);
      }
      first = node.receive();
    }
    if (first.isEmpty()) {
      throw Failures.unavailable(UNREACHED + "the node closed the stream without an answer");
    }
    try {
      return Json.MAPPER.readValue(first.get().data(), StreamRequest.HttpHead.class);
    } catch (IOException e) {
      throw Failures.unavailable(UNREACHED + "the node's answer is no head");
    }
  }

  private Exchange.Output open(StreamRequest.HttpHead head) {
    String contentType = "";
    for (Map.Entry<String, List<String>> header : Headers.passed(head.headers()).entrySet()) {
      String name = header.getKey();
      for (String value : header.getValue()) {
        if (name.equalsIgnoreCase("Content-Type")) {
          contentType = value;
        } else if (name.equalsIgnoreCase("Content-Length")) {
          if (value.matches("[0-9]{1,18}")) {
            exchange.addHeader(name, value);
            promised = Long.parseLong(value);
          }
        } else {
          exchange.addHeader(name, name.equalsIgnoreCase("Location") ? inside(value) : value);
        }
      }
    }
    return exchange.stream(head.status(), contentType);
  }

  /** A path on the pod's site leads back through the proxy. */
  private String inside(String location) {
    return location.startsWith("/") && !location.startsWith("//") ? prefix + location : location;
  }
}
