package dev.ballast.client;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.status.Failure;
import dev.ballast.core.store.CommitResult;
import dev.ballast.core.store.ListQuery;
import dev.ballast.core.store.ListResult;
import dev.ballast.core.store.ResourceStore;
import dev.ballast.core.store.StoreUnavailableException;
import dev.ballast.core.store.Watch;
import dev.ballast.core.store.WatchQuery;
import dev.ballast.core.store.Write;
import dev.ballast.core.time.Timers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The cluster's state as a client of the REST API sees it. Reads are repeated on another server
 * when one is lost; a write whose answer is lost is never repeated: it throws, and the caller looks
 * at what became of it. Events do not carry the version before. Blocks; thread-safe.
 */
public final class RestStore implements ResourceStore {

  private static final Pattern TOO_OLD = Pattern.compile("(\\d+) \\((\\d+)\\)");
  private static final Pattern TOO_NEW =
      Pattern.compile("Too large resource version: (\\d+), current: (\\d+)");

  private final ApiClient client;
  private final Timers timers;
  private final Supplier<Backoff> backoffs;
  private final Discovery discovery;
  private final RestCommits commits;
  private final Set<RestWatch> watches = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /**
   * @param client closed by its owner, not by this store
   * @param random scatters the returns to a lost server
   */
  public RestStore(ApiClient client, Timers timers, RandomGenerator random) {
    this.client = client;
    this.timers = timers;
    this.backoffs = () -> Backoff.forLinks(random);
    this.discovery = new Discovery(client);
    this.commits = new RestCommits(client, discovery);
  }

  /**
   * @throws StoreUnavailableException when the link was lost between request and answer, so that
   *     nobody can tell whether the commit took effect
   */
  @Override
  public CommitResult commit(List<Write> writes) {
    if (writes.isEmpty() || writes.stream().map(Write::key).distinct().count() < writes.size()) {
      throw new IllegalArgumentException("a commit names every key once: " + writes);
    }
    return closed ? new CommitResult.Unavailable("this client is closed") : commits.commit(writes);
  }

  @Override
  public Optional<Document> get(ObjectKey key) {
    checkOpen();
    Optional<Discovery.Served> served = discovery.find(key.type());
    if (served.isEmpty()) {
      return Optional.empty();
    }
    return switch (client.get(served.get().object(key))) {
      case Answer.Done done -> Optional.of(document(served.get(), done.body()));
      case Answer.Refused refused -> {
        if (refused.failure().code() != 404) {
          throw unavailable(refused.failure());
        }
        yield Optional.empty();
      }
      case Answer.Unreachable lost -> throw new StoreUnavailableException(lost.reason());
    };
  }

  @Override
  public ListResult list(ListQuery query) {
    checkOpen();
    Discovery.Served served = served(query.type());
    String path = served.collection(query.namespace()) + "?" + parameters(query);
    return switch (client.get(path)) {
      case Answer.Done done -> page(served, done.body());
      case Answer.Refused refused -> refusedList(query, refused.failure());
      case Answer.Unreachable lost -> throw new StoreUnavailableException(lost.reason());
    };
  }

  private static String parameters(ListQuery query) {
    StringBuilder text = new StringBuilder("limit=").append(query.limit());
    if (!query.continueToken().isEmpty()) {
      text.append("&continue=").append(encode(query.continueToken()));
    } else if (query.exactRevision() > 0) {
      text.append("&resourceVersionMatch=Exact&resourceVersion=").append(query.exactRevision());
    } else if (query.minimumRevision() > 0) {
      text.append("&resourceVersionMatch=NotOlderThan&resourceVersion=")
          .append(query.minimumRevision());
    }
    if (!query.labels().requirements().isEmpty()) {
      text.append("&labelSelector=").append(encode(query.labels().toString()));
    }
    if (!query.fields().isEverything()) {
      text.append("&fieldSelector=").append(encode(query.fields().toString()));
    }
    return text.toString();
  }

  private static ListResult page(Discovery.Served served, byte[] body) {
    try {
      var listed = WireDocuments.list(served, body);
      JsonNode metadata = listed.metadata();
      return new ListResult.Page(
          listed.documents(),
          metadata.path("resourceVersion").asLong(),
          metadata.path("continue").asText(),
          metadata.path("remainingItemCount").asLong(metadata.has("continue") ? -1 : 0));
    } catch (IOException e) {
      throw new UncheckedIOException("a list of " + served.type() + " is no JSON", e);
    }
  }

  private static ListResult refusedList(ListQuery query, Failure failure) {
    if (failure.code() == 410) {
      Matcher numbers = TOO_OLD.matcher(failure.message());
      boolean told = numbers.find();
      return new ListResult.Expired(
          told ? Long.parseLong(numbers.group(1)) : 0, told ? Long.parseLong(numbers.group(2)) : 0);
    }
    Matcher numbers = TOO_NEW.matcher(failure.message());
    if (numbers.find()) {
      return new ListResult.TooNew(
          Long.parseLong(numbers.group(1)), Long.parseLong(numbers.group(2)));
    }
    if (failure.code() == 400 && !query.continueToken().isEmpty()) {
      return new ListResult.BadToken(query.continueToken());
    }
    throw unavailable(failure);
  }

  @Override
  public Watch watch(WatchQuery query, Runnable signal) {
    checkOpen();
    RestWatch watch =
        new RestWatch(
            client, served(query.type()), query, signal, timers, backoffs.get(), watches::remove);
    watches.add(watch);
    try {
      watch.start();
    } catch (StoreUnavailableException e) {
      watch.close();
      throw e;
    }
    if (closed) {
      watch.close();
    }
    return watch;
  }

  /** Asked of the server, by the shortest list there is. */
  @Override
  public long revision() {
    ListResult answer = list(ListQuery.all(ResourceType.NAMESPACES).withPage(1, ""));
    if (answer instanceof ListResult.Page page) {
      return page.revision();
    }
    throw new IllegalStateException("a first page without demands was refused: " + answer);
  }

  @Override
  public void close() {
    closed = true;
    watches.forEach(RestWatch::close);
  }

  private void checkOpen() {
    if (closed) {
      throw new StoreUnavailableException("this client is closed");
    }
  }

  private Discovery.Served served(ResourceType type) {
    return discovery
        .find(type)
        .orElseThrow(() -> new StoreUnavailableException("the server does not serve " + type));
  }

  static Document document(Discovery.Served served, byte[] body) {
    try {
      return WireDocuments.document(served, body);
    } catch (IOException e) {
      throw new UncheckedIOException("an object of " + served.type() + " is no JSON", e);
    }
  }

  static StoreUnavailableException unavailable(Failure failure) {
    return new StoreUnavailableException(
        "the server answered "
            + failure.code()
            + " "
            + failure.reason()
            + ": "
            + failure.message());
  }

  static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
