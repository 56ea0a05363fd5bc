package dev.ballast.api.server;

import dev.ballast.core.identity.User;
import dev.ballast.core.status.Failure;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import java.util.List;
import java.util.function.Consumer;

/**
 * One request and its answer, in blocking calls for the virtual thread that serves it. Exactly one
 * of {@link #send}, {@link #fail}, {@link #stream} and {@link #upgrade} ends or opens the answer.
 */
public interface Exchange {

  RequestInfo info();

  User user();

  /** A query parameter's first value, decoded; "" when absent. */
  String query(String name);

  /** All values of a query parameter ({@code command=a&command=b}). */
  List<String> queries(String name);

  /** A query parameter as Kubernetes reads booleans: true and 1 are true. */
  default boolean flag(String name) {
    String value = query(name);
    return value.equals("true") || value.equals("1") || value.equals("True") || value.equals("t");
  }

  /** A request header's first value; "" when absent. */
  String header(String name);

  /**
   * The whole request body; empty when there is none.
   *
   * @throws Refusal 413 over 3 MiB; 400 when the client went away in the middle
   */
  byte[] body() throws Refusal;

  /** The raw request, paused, for what the calls here do not offer (method, raw path, headers). */
  HttpServerRequest request();

  /** Adds a header to the answer that is yet to come. */
  void addHeader(String name, String value);

  /** The whole answer. Blocks until the link has taken it, if it is large. */
  void send(int status, String contentType, byte[]... parts);

  /** A Status answer. */
  void fail(Failure failure);

  /** Opens an answer whose length nobody knows yet. */
  Output stream(int status, String contentType);

  /**
   * Opens a large answer, in pieces that count as held for the client until the link has taken
   * them: who reads too slowly beside many is cut off.
   */
  Output pieces(int status, String contentType);

  /** Whether the client asks for a WebSocket. */
  boolean wantsWebSocket();

  /**
   * Answers 101 with the first of the client's subprotocols that the server knows ({@code
   * v5.channel.k8s.io}, {@code v4…}; see {@link ServerWebSocket#subProtocol}). The socket comes
   * paused: set the handlers, then {@code resume()}.
   *
   * @param onOpen runs on the event loop before anything is read, so that handlers set in it miss
   *     nothing, not even the good-bye of a client that is done at once; must not block
   * @throws Refusal 400 when the request is no proper upgrade
   */
  ServerWebSocket upgrade(Consumer<ServerWebSocket> onOpen) throws Refusal;

  default ServerWebSocket upgrade() throws Refusal {
    return upgrade(socket -> {});
  }

  /**
   * Breaks the link (HTTP/1.1, WebSocket) or the stream (HTTP/2) at once, with what still waits to
   * be sent. Any thread.
   */
  void cut();

  /** An answer under way. One writing thread; any thread may close. */
  interface Output extends AutoCloseable {

    /** Blocks until the link has taken the bytes; false when the client is gone. */
    boolean write(byte[]... parts);

    /** Runs once, when the answer or the link has ended. */
    void onEnd(Runnable task);

    /** Ends the answer. */
    @Override
    void close();
  }
}
