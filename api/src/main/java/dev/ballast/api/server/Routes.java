package dev.ballast.api.server;

/** A part of the server that brings its own endpoints. Called once, before the server listens. */
@FunctionalInterface
public interface Routes {
  void install(RouteTable table);
}
