package dev.ballast.api.rest;

import dev.ballast.api.server.ByteBudget;
import dev.ballast.api.server.Endpoint;
import dev.ballast.api.server.Exchange;
import dev.ballast.api.server.Refusal;
import dev.ballast.api.wire.Bodies;
import dev.ballast.core.store.ResourceStore;
import dev.ballast.core.time.Timers;
import dev.ballast.kinds.KindRegistry;
import dev.ballast.kinds.Resources;
import java.util.random.RandomGenerator;

/** Every verb on every kind of the registry, built in or not. Thread-safe. */
public final class KindEndpoint implements Endpoint {

  private final KindRegistry kinds;
  private final Reading reading;
  private final Watching watching;
  private final Writing writing;
  private final Deleting deleting;

  /**
   * @param store read only; every write goes through {@code resources}
   */
  public KindEndpoint(
      KindRegistry kinds,
      ResourceStore store,
      Resources resources,
      Bodies bodies,
      Timers timers,
      RandomGenerator random,
      ByteBudget watches) {
    this.kinds = kinds;
    this.reading = new Reading(store, timers);
    this.watching = new Watching(store, timers, random, watches);
    this.writing = new Writing(resources, bodies, timers);
    this.deleting = new Deleting(resources, reading, bodies, timers);
  }

  @Override
  public void serve(Exchange exchange) throws Refusal {
    Target target = Target.of(exchange.info(), kinds);
    switch (exchange.info().verb()) {
      case "get" -> reading.get(exchange, target);
      case "list" -> reading.list(exchange, target);
      case "watch" -> watching.watch(exchange, target);
      case "create" -> writing.create(exchange, target);
      case "update" -> writing.update(exchange, target);
      case "patch" -> writing.patch(exchange, target);
      case "delete" -> deleting.one(exchange, target);
      case "deletecollection" -> deleting.collection(exchange, target);
      default -> throw Target.methodNotAllowed(target.kind());
    }
  }

  /** {@code POST …/namespaces/NS/bindings}, where the body names the pod. */
  public void bindings(Exchange exchange) throws Refusal {
    var info = exchange.info();
    if (!info.version().equals("v1") || info.namespace().isEmpty() || !info.name().isEmpty()) {
      throw Target.noSuchResource();
    }
    if (!info.verb().equals("create")) {
      throw Target.methodNotAllowed(kinds.byPlural("", "v1", "pods").orElseThrow());
    }
    writing.bind(exchange, info.namespace(), "");
  }
}
