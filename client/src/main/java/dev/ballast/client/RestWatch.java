package dev.ballast.client;

import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.Json;
import dev.ballast.core.status.Failure;
import dev.ballast.core.store.StoreUnavailableException;
import dev.ballast.core.store.Watch;
import dev.ballast.core.store.WatchQuery;
import dev.ballast.core.time.Now;
import dev.ballast.core.time.Timers;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A watch over HTTP: one task reads the stream into a bounded {@link WatchBuffer}, polls take from
 * it. When the link breaks it is opened again after the last commit that came whole, so the reader
 * notices nothing but the delay. A link on which nothing comes for long, not even a bookmark, is
 * taken for dead; and one on which nothing came since another request waited for the same server in
 * vain.
 *
 * <p>One reading task at a time; the buffer does the locking.
 */
final class RestWatch implements Watch {

  private static final Logger LOG = LoggerFactory.getLogger(RestWatch.class);

  /** Asks for a bookmark behind the last event of every batch; comes back if it is granted. */
  private static final String MARKS_COMMITS = "Ballast-Commit-Bookmarks";

  /** Twice the server's longest silence between bookmarks. */
  private static final Duration SILENCE = Duration.ofMinutes(2);

  /** How often it is asked whether other requests found the server silent. */
  private static final Duration LOOK = Duration.ofSeconds(10);

  private final ApiClient client;
  private final Discovery.Served served;
  private final WatchQuery query;
  private final Timers timers;
  private final Backoff backoff;
  private final Consumer<RestWatch> onClose;
  private final WatchBuffer buffer;
  private volatile boolean closed;
  private volatile InputStream body = InputStream.nullInputStream();
  private volatile Now lastHeard;
  private volatile Optional<URI> from = Optional.empty();
  private volatile Timers.Scheduled guard = () -> {};

  RestWatch(
      ApiClient client,
      Discovery.Served served,
      WatchQuery query,
      Runnable signal,
      Timers timers,
      Backoff backoff,
      Consumer<RestWatch> onClose) {
    this.client = client;
    this.served = served;
    this.query = query;
    this.timers = timers;
    this.backoff = backoff;
    this.onClose = onClose;
    this.buffer = new WatchBuffer(query.afterRevision(), signal);
    this.lastHeard = timers.now();
  }

  /**
   * Opens the first link and starts to read.
   *
   * @throws StoreUnavailableException when no server answers
   */
  void start() {
    HttpResponse<InputStream> response = client.open(path(), MARKS_COMMITS, "true");
    timers.execute(() -> run(Optional.of(response)));
    guard = timers.schedule(LOOK, this::checkAlive);
  }

  @Override
  public Poll poll(int max) {
    return buffer.poll(max);
  }

  @Override
  public void close() {
    closed = true;
    guard.cancel();
    buffer.end(new Poll.Closed("closed by its reader"));
    closeBody();
    onClose.accept(this);
  }

  private void run(Optional<HttpResponse<InputStream>> opened) {
    Optional<HttpResponse<InputStream>> response = opened;
    try {
      response =
          response.isPresent() ? response : Optional.of(client.open(path(), MARKS_COMMITS, "true"));
      read(response.get());
    } catch (IOException | StoreUnavailableException e) {
      if (!closed) {
        LOG.info("watch of {} lost its link and opens another: {}", served.type(), e.toString());
      }
    }
    buffer.linkLost();
    if (!closed && !buffer.hasEnded()) {
      timers.schedule(backoff.next(), () -> run(Optional.empty()));
    }
  }

  private void read(HttpResponse<InputStream> response) throws IOException {
    try (InputStream stream = response.body()) {
      body = stream;
      from = Optional.of(response.uri());
      lastHeard = timers.now();
      if (closed) {
        return;
      }
      if (response.statusCode() != 200) {
        refused(StatusReader.failure(response.statusCode(), stream.readAllBytes()));
        return;
      }
      boolean marksCommits = response.headers().firstValue(MARKS_COMMITS).isPresent();
      LineReader lines = new LineReader(stream);
      while (!closed && !buffer.hasEnded()) {
        Optional<byte[]> line = lines.next();
        if (line.isEmpty()) {
          return;
        }
        lastHeard = timers.now();
        backoff.reset();
        take(WireDocuments.event(line.get()));
        if (!marksCommits && !lines.hasLine()) {
          buffer.releaseEarly();
        }
      }
    }
  }

  private void take(WireDocuments.WireEvent event) throws IOException {
    switch (event.type()) {
      case "ADDED" -> add(Change.ADDED, event);
      case "MODIFIED" -> add(Change.MODIFIED, event);
      case "DELETED" -> add(Change.DELETED, event);
      case "BOOKMARK" ->
          buffer.bookmark(
              Json.parse(event.object()).path("metadata").path("resourceVersion").asLong());
      case "ERROR" -> refused(StatusReader.failure(Json.parse(event.object())));
      default -> throw new IOException("unknown event type \"" + event.type() + "\"");
    }
  }

  private void add(Change change, WireDocuments.WireEvent event) throws IOException {
    Document document = WireDocuments.document(served, event.object());
    buffer.add(new Event(change, document, Optional.empty()));
  }

  /** 410: the history is gone. Anything else may pass, so the link is opened again. */
  private void refused(Failure failure) throws IOException {
    if (failure.code() == 410) {
      buffer.end(new Poll.Expired(buffer.resumeFrom(), 0));
    } else {
      throw new IOException("the server answered " + failure.code() + ": " + failure.message());
    }
  }

  private void checkAlive() {
    if (closed || buffer.hasEnded()) {
      return;
    }
    Now heard = lastHeard;
    if (timers.now().since(heard).compareTo(SILENCE) >= 0
        || from.filter(server -> client.gaveUpOn(server, heard)).isPresent()) {
      closeBody();
    }
    guard = timers.schedule(LOOK, this::checkAlive);
  }

  private void closeBody() {
    try {
      body.close();
    } catch (IOException e) {
      LOG.debug("closing a watch of {}", served.type(), e);
    }
  }

  private String path() {
    return served.collection(query.namespace())
        + "?watch=true&allowWatchBookmarks=true&resourceVersion="
        + buffer.resumeFrom()
        + (query.fields().isEverything()
            ? ""
            : "&fieldSelector=" + RestStore.encode(query.fields().toString()));
  }
}
