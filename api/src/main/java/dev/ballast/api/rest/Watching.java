package dev.ballast.api.rest;

import dev.ballast.api.server.ByteBudget;
import dev.ballast.api.server.Exchange;
import dev.ballast.api.server.Refusal;
import dev.ballast.api.wire.MediaType;
import dev.ballast.api.wire.Rendering;
import dev.ballast.core.store.ListQuery;
import dev.ballast.core.store.ListResult;
import dev.ballast.core.store.ResourceStore;
import dev.ballast.core.time.Timers;
import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;

/** GET with {@code watch=true}: checks the parameters and runs a {@link WatchSession}. */
final class Watching {

  private static final String OPTIONS = "ListOptions";

  /** As kube-apiserver's --min-request-timeout: a watch lasts this long, or up to twice. */
  private static final int LEAST_SECONDS = 1800;

  private static final int MOST_SECONDS = 24 * 3600;

  private final ResourceStore store;
  private final Timers timers;
  private final RandomGenerator random;
  private final ByteBudget budget;

  /**
   * @param random scatters the ends of watches, so that clients do not come back all at once
   */
  Watching(ResourceStore store, Timers timers, RandomGenerator random, ByteBudget budget) {
    this.store = store;
    this.timers = timers;
    this.random = random;
    this.budget = budget;
  }

  void watch(Exchange exchange, Target target) throws Refusal {
    Rendering rendering = Answers.rendering(exchange, target.kind(), timers.now());
    Selection selection = Selection.of(exchange, target.kind(), target.name());
    long requested = Versions.requested(exchange);
    boolean streamsList = exchange.flag("sendInitialEvents");
    checkInitialEvents(exchange);
    boolean bookmarks = exchange.flag("allowWatchBookmarks");
    boolean withCommits = bookmarks && !exchange.header(WatchSession.COMMIT_BOOKMARKS).isEmpty();
    boolean startsWithState =
        exchange.query("sendInitialEvents").isEmpty() ? requested <= 0 : streamsList;
    Duration life = Duration.ofSeconds(seconds(exchange));
    Versions.requireReached(store, requested);
    WatchSession session =
        new WatchSession(
            store,
            timers,
            new EventFrames(rendering, selection),
            new WatchSession.Terms(
                target.kind().type(),
                target.namespace(),
                selection.fields(),
                bookmarks,
                streamsList && bookmarks,
                withCommits,
                life),
            budget.share(exchange::cut));
    Pages state =
        startsWithState
            ? new Pages(
                Versions.source(store, requested),
                new ListQuery(
                    target.kind().type(),
                    target.namespace(),
                    selection.labels(),
                    selection.fields(),
                    0,
                    "",
                    Math.max(0, requested)))
            : new Pages(
                new ListResult.Page(
                    List.of(),
                    requested > 0 ? requested : Versions.source(store, requested).revision(),
                    "",
                    0));
    if (withCommits) {
      exchange.addHeader(WatchSession.COMMIT_BOOKMARKS, "true");
    }
    EventSink sink =
        exchange.wantsWebSocket()
            ? new WebSocketSink(exchange.upgrade())
            : new HttpSink(exchange.stream(200, MediaType.JSON));
    session.run(state, sink);
  }

  private static void checkInitialEvents(Exchange exchange) throws Refusal {
    boolean given = !exchange.query("sendInitialEvents").isEmpty();
    String match = exchange.query("resourceVersionMatch");
    if (given && !match.equals("NotOlderThan")) {
      throw new Refusal(
          Options.forbidden(
              OPTIONS,
              "resourceVersionMatch",
              "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"));
    }
    if (!given && !match.isEmpty()) {
      throw new Refusal(
          Options.forbidden(
              OPTIONS,
              "resourceVersionMatch",
              "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided"));
    }
  }

  private long seconds(Exchange exchange) throws Refusal {
    String text = exchange.query("timeoutSeconds");
    try {
      long asked = text.isEmpty() ? 0 : Long.parseLong(text);
      return asked > 0
          ? Math.min(asked, MOST_SECONDS)
          : LEAST_SECONDS + random.nextInt(LEAST_SECONDS);
    } catch (NumberFormatException e) {
      throw new Refusal(
          Options.invalidValue(OPTIONS, "timeoutSeconds", text, "must be an integer"));
    }
  }
}
