package dev.ballast.client;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.ballast.core.time.Now;
import dev.ballast.testkit.time.WallTimers;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One of several servers takes links and says nothing, as a stopped process does. */
class SilentServerTest {

  private ServerSocket silent;
  private HttpServer good;

  @BeforeEach
  void start() throws Exception {
    silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    good = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
    good.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(200, 2);
          exchange.getResponseBody().write("{}".getBytes(StandardCharsets.UTF_8));
          exchange.close();
        });
    good.start();
  }

  @AfterEach
  void stop() throws Exception {
    silent.close();
    good.stop(0);
  }

  @Test
  void anotherOneIsAskedSoon() throws Exception {
    Now began = new WallTimers().now();
    try (ApiClient reader = client();
        ApiClient writer = client()) {
      CompletableFuture<Answer> read = CompletableFuture.supplyAsync(() -> reader.get("/"));
      Answer.Unreachable lost =
          assertInstanceOf(Answer.Unreachable.class, writer.post("/", new byte[] {'{', '}'}));
      assertTrue(lost.perhapsDone());
      assertInstanceOf(Answer.Done.class, read.get());
      assertTrue(writer.gaveUpOn(writer.servers().getFirst(), began));
      assertFalse(writer.gaveUpOn(writer.servers().getLast(), began));
      // A write that may have arrived is not repeated; the next one goes elsewhere.
      assertInstanceOf(Answer.Done.class, writer.post("/", new byte[] {'{', '}'}));
    }
  }

  private ApiClient client() throws Exception {
    List<URI> servers =
        List.of(
            URI.create("http://127.0.0.1:" + silent.getLocalPort()),
            URI.create("http://127.0.0.1:" + good.getAddress().getPort()));
    return new ApiClient(
        servers,
        SSLContext.getDefault(),
        new ApiClient.Credentials() {
          @Override
          public String token() {
            return "token";
          }

          @Override
          public void refused(String token) {}
        },
        new WallTimers(),
        Duration.ofSeconds(3));
  }
}
