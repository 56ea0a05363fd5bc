package dev.ballast.api.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.api.auth.Attributes;
import dev.ballast.api.auth.Authorizer;
import dev.ballast.api.server.Exchange;
import dev.ballast.api.server.Gate;
import dev.ballast.api.server.Refusal;
import dev.ballast.api.server.RouteTable;
import dev.ballast.api.server.Routes;
import dev.ballast.api.wire.Bodies;
import dev.ballast.core.identity.User;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.status.Failure;
import dev.ballast.core.status.Failure.Cause;
import dev.ballast.core.status.Failure.Details;
import dev.ballast.core.status.Failures;
import dev.ballast.core.store.CommitResult;
import dev.ballast.core.store.DeleteOptions;
import dev.ballast.core.store.DeleteOptions.Propagation;
import dev.ballast.core.store.Write;
import dev.ballast.kinds.Kind;
import dev.ballast.kinds.KindRegistry;
import dev.ballast.kinds.engine.AdmittingStore;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * {@code POST /apis/ballast.dev/v1/commits}: several writes, all or none. Body {@code
 * {"writes":[{"create":{"key":…,"object":…}}|{"replace":{"key":…,"expectedRevision":…,
 * "subresource":…,"object":…}}|{"delete":{"key":…,"expectedRevision":…,"options":…}}]}}, a key
 * being {@code {"group":…,"resource":…,"namespace":…,"name":…}}; answer {@code
 * {"revision":…,"documents":[…]}}, one document for each write. A refusal names the write at fault
 * in a cause: {@code writes[1]}. Thread-safe.
 */
public final class Commits implements Routes {

  private static final int MOST_WRITES = 10_000;

  private final AdmittingStore writes;
  private final KindRegistry kinds;
  private final Authorizer authorizer;
  private final Bodies bodies;

  /**
   * @param authorizer asked about each write
   */
  public Commits(AdmittingStore writes, KindRegistry kinds, Authorizer authorizer, Bodies bodies) {
    this.writes = writes;
    this.kinds = kinds;
    this.authorizer = authorizer;
    this.bodies = bodies;
  }

  @Override
  public void install(RouteTable table) {
    table.resource("ballast.dev", "commits", this::serve);
  }

  private void serve(Exchange exchange) throws Refusal {
    if (!exchange.info().version().equals("v1") || !exchange.info().name().isEmpty()) {
      throw Target.noSuchResource();
    }
    if (!exchange.info().verb().equals("create")) {
      throw new Refusal(
          new Failure(
              405,
              "MethodNotAllowed",
              "the server does not allow this method on the requested resource"));
    }
    List<Write> asked = writes(Parameters.object(exchange, bodies, "Commit").object());
    for (int i = 0; i < asked.size(); i++) {
      requireKind(asked.get(i), "writes[" + i + "]");
      requireMay(exchange.user(), asked.get(i));
    }
    switch (writes.by(exchange.user()).commit(asked)) {
      case CommitResult.Committed committed -> Answers.send(exchange, 200, answer(committed));
      case CommitResult.Conflict conflict ->
          throw blamed(asked, conflict.key(), Failures.conflict(conflict.key(), Failures.MODIFIED));
      case CommitResult.AlreadyExists exists ->
          throw blamed(asked, exists.key(), Failures.alreadyExists(exists.key()));
      case CommitResult.NotFound missing ->
          throw blamed(asked, missing.key(), Failures.notFound(missing.key()));
      case CommitResult.Refused refused -> throw new Refusal(refused.failure());
      case CommitResult.Unavailable unavailable ->
          throw new Refusal(Failures.unavailable(unavailable.reason()));
    }
  }

  private void requireKind(Write write, String field) throws Refusal {
    ObjectKey key = write.key();
    Kind kind =
        kinds
            .stored(key.type())
            .filter(found -> found.verbs().contains("update"))
            .orElseThrow(() -> bad(field + ".key", key.type() + " is no kind that is stored"));
    if (kind.namespaced() == key.namespace().isEmpty()) {
      throw bad(
          field + ".key",
          key.type() + (kind.namespaced() ? " needs a namespace" : " has no namespace"));
    }
  }

  private void requireMay(User user, Write write) throws Refusal {
    ObjectKey key = write.key();
    String verb =
        switch (write) {
          case Write.Create create -> "create";
          case Write.Replace replace -> "update";
          case Write.Delete delete -> "delete";
        };
    Attributes attributes =
        new Attributes(
            verb,
            key.type().group(),
            "",
            key.namespace(),
            key.type().plural(),
            write instanceof Write.Replace replace ? replace.subresource() : "",
            key.name(),
            "");
    if (authorizer.authorize(user, attributes) instanceof Authorizer.Decision.Denied denied) {
      throw new Refusal(Gate.forbidden(user, attributes, denied.reason()));
    }
  }

  private static List<byte[]> answer(CommitResult.Committed committed) {
    List<byte[]> parts = new ArrayList<>();
    parts.add(
        ("{\"revision\":" + committed.revision() + ",\"documents\":[")
            .getBytes(StandardCharsets.US_ASCII));
    committed
        .documents()
        .forEach(
            document -> {
              if (parts.size() > 1) {
                parts.add(new byte[] {','});
              }
              parts.add(document.json());
            });
    parts.add("]}\n".getBytes(StandardCharsets.US_ASCII));
    return parts;
  }

  private static Refusal blamed(List<Write> asked, ObjectKey key, Failure failure) {
    int index = asked.stream().map(Write::key).toList().indexOf(key);
    Details details = failure.details();
    Cause cause = new Cause(failure.reason(), failure.message(), "writes[" + index + "]");
    return new Refusal(
        new Failure(
            failure.code(),
            failure.reason(),
            failure.message(),
            new Details(
                details.name(),
                details.group(),
                details.kind(),
                details.uid(),
                List.of(cause),
                details.retryAfterSeconds())));
  }

  private static List<Write> writes(ObjectNode body) throws Refusal {
    if (!(body.get("writes") instanceof ArrayNode array)
        || array.isEmpty()
        || array.size() > MOST_WRITES) {
      throw bad("writes", "must be a list of 1 to " + MOST_WRITES + " writes");
    }
    List<Write> writes = new ArrayList<>();
    Set<ObjectKey> keys = new HashSet<>();
    for (JsonNode one : array) {
      String field = "writes[" + writes.size() + "]";
      Write write = write(one, field);
      if (!keys.add(write.key())) {
        throw bad(field, write.key() + " occurs twice in one commit");
      }
      writes.add(write);
    }
    return writes;
  }

  private static Write write(JsonNode one, String field) throws Refusal {
    if (one.size() == 1 && one.has("create")) {
      JsonNode create = one.get("create");
      return new Write.Create(key(create, field), object(create, field));
    }
    if (one.size() == 1 && one.has("replace")) {
      JsonNode replace = one.get("replace");
      return new Write.Replace(
          key(replace, field),
          replace.path("expectedRevision").asLong(),
          replace.path("subresource").asText(""),
          object(replace, field));
    }
    if (one.size() == 1 && one.has("delete")) {
      JsonNode delete = one.get("delete");
      return new Write.Delete(
          key(delete, field), delete.path("expectedRevision").asLong(), options(delete, field));
    }
    throw bad(field, "must be exactly one of create, replace, delete");
  }

  private static ObjectKey key(JsonNode write, String field) throws Refusal {
    JsonNode key = write.path("key");
    String plural = key.path("resource").asText("");
    String name = key.path("name").asText("");
    if (plural.isEmpty() || name.isEmpty()) {
      throw bad(field + ".key", "needs a resource and a name");
    }
    return new ObjectKey(
        new ResourceType(key.path("group").asText(""), plural),
        key.path("namespace").asText(""),
        name);
  }

  private static byte[] object(JsonNode write, String field) throws Refusal {
    if (write.get("object") instanceof ObjectNode object) {
      return Json.storable(object);
    }
    throw bad(field + ".object", "must be an object");
  }

  private static DeleteOptions options(JsonNode delete, String field) throws Refusal {
    JsonNode options = delete.path("options");
    String policy = options.path("propagationPolicy").asText("");
    try {
      return new DeleteOptions(
          options.path("preconditions").path("uid").asText(""),
          options.path("gracePeriodSeconds").asLong(-1),
          policy.isEmpty()
              ? Propagation.DEFAULT
              : Propagation.valueOf(policy.toUpperCase(Locale.ROOT)));
    } catch (IllegalArgumentException unknown) {
      throw bad(
          field + ".options.propagationPolicy",
          "\"" + policy + "\" must be Background, Foreground or Orphan");
    }
  }

  private static Refusal bad(String field, String why) {
    return new Refusal(Failures.badRequest(field + ": " + why));
  }
}
