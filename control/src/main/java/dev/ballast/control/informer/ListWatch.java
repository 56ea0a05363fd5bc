package dev.ballast.control.informer;

import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.store.ListQuery;
import dev.ballast.core.store.ListResult;
import dev.ballast.core.store.ResourceStore;
import dev.ballast.core.store.StoreUnavailableException;
import dev.ballast.core.store.Watch;
import dev.ballast.core.store.WatchQuery;
import dev.ballast.core.telemetry.Telemetry;
import dev.ballast.core.time.Timers;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lists, then watches, and begins anew (after a back-off) whenever the watch is lost, has expired
 * or broke. Events are taken in batches: a thousand signals between two runs cost one run.
 *
 * <p>Everything is told to the sink on tasks of {@link Timers}, one at a time.
 */
final class ListWatch implements AutoCloseable {

  /** Takes what the store has. */
  interface Sink {

    /** Some of what there is at a revision, of which {@link #replaced} tells once all is told. */
    void listed(List<Document> some);

    /** These are all there are at a revision. */
    void replaced(Set<ObjectKey> all, long revision);

    /** What happened since, in order; everything up to the revision has now been told. */
    void followed(List<Watch.Event> events, long revision);
  }

  private static final Logger LOG = LoggerFactory.getLogger(ListWatch.class);
  private static final int PAGE = 500;
  private static final int BATCH = 1024;
  private static final Duration FIRST_RETRY = Duration.ofMillis(100);
  private static final Duration LONGEST_RETRY = Duration.ofSeconds(10);

  private final ListQuery query;
  private final ResourceStore store;
  private final Timers timers;
  private final Telemetry telemetry;
  private final Sink sink;
  private final Reactor reactor;
  private volatile boolean closed;
  private volatile boolean stale;
  private Watch watch;
  private Duration retry = FIRST_RETRY;

  ListWatch(ListQuery query, ResourceStore store, Timers timers, Telemetry telemetry, Sink sink) {
    this.query = query;
    this.store = store;
    this.timers = timers;
    this.telemetry = telemetry;
    this.sink = sink;
    this.reactor = new Reactor(timers, this::pump);
  }

  /** Looks for news soon; the first time, lists. */
  void signal() {
    reactor.signal();
  }

  /** Lists anew soon. */
  void relistSoon() {
    stale = true;
    reactor.signal();
  }

  @Override
  public void close() {
    closed = true;
    reactor.signal();
  }

  private void pump() {
    if (closed) {
      closeWatch();
      return;
    }
    try {
      if (watch == null || stale) {
        stale = false;
        closeWatch();
        if (!relist()) {
          retryLater();
          return;
        }
        retry = FIRST_RETRY;
      }
      drain();
    } catch (StoreUnavailableException e) {
      LOG.warn("informer of {}: {}; trying again in {}", query.type(), e.getMessage(), retry);
      closeWatch();
      retryLater();
    } catch (RuntimeException e) {
      LOG.error("informer of {} broke off; listing anew in {}", query.type(), retry, e);
      telemetry.count("informer_broken_total", 1, "resource", query.type().toString());
      closeWatch();
      retryLater();
    }
  }

  private void retryLater() {
    telemetry.count("informer_retries_total", 1, "resource", query.type().toString());
    timers.schedule(retry, reactor::signal);
    retry = longer(retry);
  }

  private static Duration longer(Duration retry) {
    Duration doubled = retry.multipliedBy(2);
    return doubled.compareTo(LONGEST_RETRY) > 0 ? LONGEST_RETRY : doubled;
  }

  /** Page by page: of a million documents only those of one are held. False when they expired. */
  private boolean relist() {
    Set<ObjectKey> found = new HashSet<>();
    String token = "";
    while (true) {
      ListResult result = store.list(query.withPage(PAGE, token));
      if (!(result instanceof ListResult.Page page)) {
        LOG.info("informer of {}: list answered {}; listing anew", query.type(), result);
        return false;
      }
      page.documents().forEach(document -> found.add(document.key()));
      sink.listed(page.documents());
      token = page.continueToken();
      if (token.isEmpty()) {
        telemetry.count("informer_lists_total", 1, "resource", query.type().toString());
        watch =
            store.watch(
                new WatchQuery(query.type(), query.namespace(), page.revision(), query.fields()),
                reactor::signal);
        sink.replaced(found, page.revision());
        return true;
      }
    }
  }

  private void drain() {
    while (!closed) {
      switch (watch.poll(BATCH)) {
        case Watch.Poll.Events events -> {
          sink.followed(events.events(), events.revision());
          if (!events.more()) {
            return;
          }
        }
        case Watch.Poll.Expired expired -> {
          LOG.info("informer of {}: watch {}; listing anew", query.type(), expired);
          closeWatch();
          reactor.signal();
          return;
        }
        case Watch.Poll.Closed ended -> {
          LOG.info("informer of {}: watch {}; listing anew in {}", query.type(), ended, retry);
          closeWatch();
          retryLater();
          return;
        }
      }
    }
  }

  private void closeWatch() {
    if (watch != null) {
      watch.close();
      watch = null;
    }
  }
}
