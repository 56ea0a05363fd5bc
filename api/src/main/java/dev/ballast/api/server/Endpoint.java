package dev.ballast.api.server;

/**
 * Serves one request, plainly and sequentially, on a virtual thread of its own: it may block. The
 * caller is authenticated and authorised already. When it returns without an answer, or throws
 * anything but a {@link Refusal}, the client gets a 500 Status and the log the cause.
 */
@FunctionalInterface
public interface Endpoint {
  void serve(Exchange exchange) throws Refusal;
}
