package dev.ballast.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.status.Failure;
import dev.ballast.core.store.CommitResult;
import dev.ballast.core.store.DeleteOptions;
import dev.ballast.core.store.StoreUnavailableException;
import dev.ballast.core.store.Write;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Writes over REST. A single create, replace or delete is the POST, PUT or DELETE that any
 * Kubernetes client would send; several, or a change of a part that has no PUT, go to the commits
 * route, which takes them as one. Blocks; thread-safe.
 */
final class RestCommits {

  private static final String COMMITS = "/apis/ballast.dev/v1/commits";
  private static final Set<String> HAVE_PUT = Set.of("", "status");
  private static final Pattern INDEX = Pattern.compile("writes\\[(\\d+)]");

  private final ApiClient client;
  private final Discovery discovery;

  RestCommits(ApiClient client, Discovery discovery) {
    this.client = client;
    this.discovery = discovery;
  }

  CommitResult commit(List<Write> writes) {
    Map<ResourceType, Discovery.Served> served = new HashMap<>();
    try {
      for (Write write : writes) {
        ResourceType type = write.key().type();
        Optional<Discovery.Served> found = discovery.find(type);
        if (found.isEmpty()) {
          return new CommitResult.Refused(
              new Failure(404, "NotFound", "the server does not serve " + type));
        }
        served.put(type, found.get());
      }
    } catch (StoreUnavailableException nothingSentYet) {
      return new CommitResult.Unavailable(nothingSentYet.getMessage());
    }
    return writes.size() > 1
        ? together(writes, served)
        : alone(writes.getFirst(), served.get(writes.getFirst().key().type()));
  }

  private CommitResult alone(Write write, Discovery.Served served) {
    return switch (write) {
      case Write.Create create -> create(served, create);
      case Write.Replace replace ->
          HAVE_PUT.contains(replace.subresource())
              ? replace(served, replace)
              : together(List.of(write), Map.of(served.type(), served));
      case Write.Delete delete -> delete(served, delete);
    };
  }

  private CommitResult create(Discovery.Served served, Write.Create write) {
    Answer answer = client.post(served.collection(write.key().namespace()), write.json());
    return one(served, write, answer);
  }

  private CommitResult replace(Discovery.Served served, Write.Replace write) {
    String subresource = write.subresource().isEmpty() ? "" : "/" + write.subresource();
    Answer answer =
        client.send(
            "PUT",
            served.object(write.key()) + subresource,
            Json.stamp(write.json(), write.expectedRevision()));
    return one(served, write, answer);
  }

  private CommitResult delete(Discovery.Served served, Write.Delete write) {
    return one(
        served,
        write,
        client.send("DELETE", served.object(write.key()), Json.bytes(deleteOptions(write))));
  }

  private static ObjectNode deleteOptions(Write.Delete write) {
    DeleteOptions options = write.options();
    ObjectNode body = Json.object().put("apiVersion", "v1").put("kind", "DeleteOptions");
    if (options.gracePeriodSeconds() >= 0) {
      body.put("gracePeriodSeconds", options.gracePeriodSeconds());
    }
    switch (options.propagation()) {
      case DEFAULT -> {}
      case BACKGROUND -> body.put("propagationPolicy", "Background");
      case FOREGROUND -> body.put("propagationPolicy", "Foreground");
      case ORPHAN -> body.put("propagationPolicy", "Orphan");
    }
    if (!options.uid().isEmpty()) {
      body.withObject("/preconditions").put("uid", options.uid());
    }
    if (write.expectedRevision() > 0) {
      body.withObject("/preconditions")
          .put("resourceVersion", Long.toString(write.expectedRevision()));
    }
    return body;
  }

  private CommitResult one(Discovery.Served served, Write write, Answer answer) {
    return switch (answer) {
      case Answer.Done done -> {
        Document document = RestStore.document(served, done.body());
        yield new CommitResult.Committed(document.revision(), List.of(document));
      }
      case Answer.Refused no -> refused(write, no.failure());
      case Answer.Unreachable lost -> lost(lost);
    };
  }

  private CommitResult together(List<Write> writes, Map<ResourceType, Discovery.Served> served) {
    ObjectNode body = Json.object();
    var array = body.putArray("writes");
    writes.forEach(write -> array.add(wire(write)));
    return switch (client.post(COMMITS, Json.bytes(body))) {
      case Answer.Done done -> committed(done.json(), writes, served);
      case Answer.Refused no -> refused(blamed(writes, no.failure()), no.failure());
      case Answer.Unreachable lost -> lost(lost);
    };
  }

  /** A cause's field names the write that the commit failed at: {@code writes[1]}. */
  private static Write blamed(List<Write> writes, Failure failure) {
    for (Failure.Cause cause : failure.details().causes()) {
      Matcher index = INDEX.matcher(cause.field());
      if (index.find() && Integer.parseInt(index.group(1)) < writes.size()) {
        return writes.get(Integer.parseInt(index.group(1)));
      }
    }
    return writes.getFirst();
  }

  private static CommitResult committed(
      ObjectNode answer, List<Write> writes, Map<ResourceType, Discovery.Served> served) {
    List<Document> documents = new ArrayList<>();
    for (JsonNode object : answer.path("documents")) {
      ResourceType type = writes.get(documents.size()).key().type();
      documents.add(RestStore.document(served.get(type), Json.bytes(object)));
    }
    return new CommitResult.Committed(answer.path("revision").asLong(), documents);
  }

  private static ObjectNode wire(Write write) {
    ObjectNode body = Json.object();
    ObjectKey key = write.key();
    body.putObject("key")
        .put("group", key.type().group())
        .put("resource", key.type().plural())
        .put("namespace", key.namespace())
        .put("name", key.name());
    return switch (write) {
      case Write.Create create -> {
        body.set("object", Json.parse(create.json()));
        yield Json.object().set("create", body);
      }
      case Write.Replace replace -> {
        body.put("expectedRevision", replace.expectedRevision())
            .put("subresource", replace.subresource())
            .set("object", Json.parse(replace.json()));
        yield Json.object().set("replace", body);
      }
      case Write.Delete delete -> {
        body.put("expectedRevision", delete.expectedRevision())
            .set("options", deleteOptions(delete));
        yield Json.object().set("delete", body);
      }
    };
  }

  private CommitResult refused(Write write, Failure failure) {
    ObjectKey key = write.key();
    boolean creates = write instanceof Write.Create;
    return switch (failure.code()) {
      case 409 -> {
        if (creates && failure.reason().equals("AlreadyExists")) {
          yield new CommitResult.AlreadyExists(key);
        }
        yield !creates && failure.reason().equals("Conflict")
            ? new CommitResult.Conflict(key, expected(write), actual(key))
            : new CommitResult.Refused(failure);
      }
      case 404 ->
          !creates && failure.details().name().equals(key.name())
              ? new CommitResult.NotFound(key)
              : new CommitResult.Refused(failure);
      case 500, 502, 503, 504 ->
          new CommitResult.Unavailable(failure.reason() + ": " + failure.message());
      default -> new CommitResult.Refused(failure);
    };
  }

  private static long expected(Write write) {
    return switch (write) {
      case Write.Create create -> 0;
      case Write.Replace replace -> replace.expectedRevision();
      case Write.Delete delete -> delete.expectedRevision();
    };
  }

  /** What is there now, for the message; 0 when nothing is, or nobody can say. */
  private long actual(ObjectKey key) {
    return discovery
        .find(key.type())
        .map(
            served ->
                client.get(served.object(key)) instanceof Answer.Done done
                    ? RestStore.document(served, done.body()).revision()
                    : 0L)
        .orElse(0L);
  }

  private static CommitResult lost(Answer.Unreachable lost) {
    if (lost.perhapsDone()) {
      throw new StoreUnavailableException(
          "the link was lost before the answer came, so the write may have taken effect: "
              + lost.reason());
    }
    return new CommitResult.Unavailable(lost.reason());
  }
}
