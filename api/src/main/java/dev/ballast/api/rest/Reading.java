package dev.ballast.api.rest;

import dev.ballast.api.server.Exchange;
import dev.ballast.api.server.Refusal;
import dev.ballast.api.wire.MediaType;
import dev.ballast.api.wire.Rendering;
import dev.ballast.core.resource.Document;
import dev.ballast.core.status.Failure;
import dev.ballast.core.status.Failures;
import dev.ballast.core.store.ListQuery;
import dev.ballast.core.store.ListResult;
import dev.ballast.core.store.ResourceStore;
import dev.ballast.core.time.Timers;
import dev.ballast.kinds.engine.Scales;

/** GET of one object and of collections. Thread-safe. */
final class Reading {

  private static final String CONTINUE_TOO_OLD =
      "The provided continue parameter is too old to display a consistent list result. You must"
          + " start a new list without the continue parameter.";

  private static final String LIST_TOO_OLD =
      "The resourceVersion for the provided list is too old.";

  private final ResourceStore store;
  private final Timers timers;

  Reading(ResourceStore store, Timers timers) {
    this.store = store;
    this.timers = timers;
  }

  void get(Exchange exchange, Target target) throws Refusal {
    Rendering rendering = Answers.rendering(exchange, target.kind(), timers.now());
    long requested = Versions.requested(exchange);
    Versions.requireReached(store, requested);
    Document document =
        Versions.source(store, requested)
            .get(target.key())
            .orElseThrow(() -> new Refusal(Failures.notFound(target.key())));
    switch (target.subresource()) {
      case "", "status" -> Answers.send(exchange, 200, rendering.object(document));
      case "scale" -> Answers.send(exchange, 200, Scales.of(document.tree()));
      default -> throw Target.methodNotAllowed(target.kind());
    }
  }

  void list(Exchange exchange, Target target) throws Refusal {
    Rendering rendering = Answers.rendering(exchange, target.kind(), timers.now());
    Selection selection = Selection.of(exchange, target.kind(), target.name());
    ListQuery query = query(exchange, target, selection);
    // A page that goes on is of the revision that the first one was of, wherever it is read.
    ResourceStore from =
        query.continueToken().isEmpty()
            ? Versions.source(store, Versions.requested(exchange))
            : store.serializable();
    if (query.limit() > 0 || !query.continueToken().isEmpty() || Answers.wanted(exchange).yaml()) {
      ListResult.Page page = page(from, query);
      Rendering.ListHead head =
          new Rendering.ListHead(
              page.revision(),
              page.continueToken(),
              selection.isEverything() ? page.remaining() : -1);
      Answers.send(exchange, 200, rendering.list(page.documents(), head));
      return;
    }
    Pages pages = new Pages(from, query);
    Rendering.ListHead head = new Rendering.ListHead(pages.current().revision(), "", -1);
    if (pages.hasNext()) {
      stream(exchange, pages, rendering, head);
    } else {
      Answers.send(exchange, 200, rendering.list(pages.current().documents(), head));
    }
  }

  /** Whoever reads slowly holds a page of it here, and no more. */
  private static void stream(
      Exchange exchange, Pages pages, Rendering rendering, Rendering.ListHead head) throws Refusal {
    try (Exchange.Output output = exchange.pieces(200, MediaType.JSON)) {
      try {
        boolean read =
            output.write(rendering.opening(head)) && write(output, pages, rendering, true);
        while (read && pages.hasNext()) {
          pages.next();
          read = write(output, pages, rendering, false);
        }
        if (read) {
          output.write(rendering.closing());
        }
      } catch (Refusal | RuntimeException e) {
        exchange.cut(); // what has gone out must not look like the whole
        throw e;
      }
    }
  }

  private static boolean write(
      Exchange.Output output, Pages pages, Rendering rendering, boolean first) {
    return output.write(rendering.items(pages.current().documents(), first).toArray(byte[][]::new));
  }

  private static ListQuery query(Exchange exchange, Target target, Selection selection)
      throws Refusal {
    long requested = Versions.requested(exchange);
    boolean exact = Versions.exact(exchange, requested);
    return new ListQuery(
        target.kind().type(),
        target.namespace(),
        selection.labels(),
        selection.fields(),
        limit(exchange),
        exchange.query("continue"),
        exact ? 0 : Math.max(0, requested),
        exact ? requested : 0);
  }

  /** Of the newest state. */
  ListResult.Page page(ListQuery query) throws Refusal {
    return page(store, query);
  }

  static ListResult.Page page(ResourceStore from, ListQuery query) throws Refusal {
    return switch (from.list(query)) {
      case ListResult.Page page -> page;
      case ListResult.Expired expired ->
          throw new Refusal(
              new Failure(
                  410, "Expired", query.exactRevision() > 0 ? LIST_TOO_OLD : CONTINUE_TOO_OLD));
      case ListResult.BadToken bad ->
          throw new Refusal(
              Failures.badRequest(
                  "continue key is not valid: it was not made by this server; list anew without"
                      + " it"));
      case ListResult.TooNew ahead ->
          throw new Refusal(Versions.tooLarge(ahead.requestedRevision(), ahead.currentRevision()));
    };
  }

  private static int limit(Exchange exchange) throws Refusal {
    String text = exchange.query("limit");
    try {
      long limit = text.isEmpty() ? 0 : Long.parseLong(text);
      return Math.clamp(limit, 0, Integer.MAX_VALUE);
    } catch (NumberFormatException e) {
      throw new Refusal(
          Failures.badRequest(
              "limit: Invalid value: \"" + text + "\": must be a non-negative integer"));
    }
  }
}
