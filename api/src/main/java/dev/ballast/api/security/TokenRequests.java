package dev.ballast.api.security;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.identity.User;
import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.status.Failure;
import dev.ballast.core.store.ResourceStore;
import dev.ballast.kinds.schema.Schema;
import dev.ballast.kinds.schema.TypeCheck;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Answers {@code POST …/serviceaccounts/NAME/token}: an authentication.k8s.io/v1 TokenRequest comes
 * back with the token in its status. Tokens may be bound to a pod. Thread-safe; blocks on the
 * store.
 */
public final class TokenRequests {

  private static final String API_VERSION = "authentication.k8s.io/v1";
  private static final String KIND = "TokenRequest";

  private static final long DEFAULT_SECONDS = 3600;
  private static final long LEAST_SECONDS = 600;
  private static final long MOST_SECONDS = 1L << 32;

  private final ServiceAccountTokens tokens;
  private final ResourceStore store;
  private final Schema type;

  /**
   * @param type the schema of a TokenRequest
   */
  public TokenRequests(ServiceAccountTokens tokens, ResourceStore store, Schema type) {
    this.tokens = tokens;
    this.type = type;
    this.store = store;
  }

  public sealed interface Answer {
    /** The TokenRequest with its status: answer 201. */
    record Made(ObjectNode tokenRequest) implements Answer {}

    record Refused(Failure failure) implements Answer {}
  }

  /**
   * @param user a node gets tokens only for pods that are bound to it
   */
  public Answer answer(User user, String namespace, String name, ObjectNode request) {
    Optional<Failure> undecodable = undecodable(request);
    if (undecodable.isPresent()) {
      return new Answer.Refused(undecodable.get());
    }
    Optional<Document> account =
        store.get(new ObjectKey(ResourceType.SERVICE_ACCOUNTS, namespace, name));
    if (account.isEmpty()) {
      return new Answer.Refused(notFound("serviceaccounts", name));
    }
    JsonNode spec = request.path("spec");
    long seconds = spec.path("expirationSeconds").asLong(DEFAULT_SECONDS);
    Optional<Failure> wrong = checkLife(name, seconds);
    if (wrong.isPresent()) {
      return new Answer.Refused(wrong.get());
    }
    Optional<Document> pod = Optional.empty();
    if (spec.path("boundObjectRef").isObject()) {
      switch (bound(namespace, name, spec.path("boundObjectRef"))) {
        case Bound.Pod found -> pod = Optional.of(found.document());
        case Bound.Refused refused -> {
          return new Answer.Refused(refused.failure());
        }
      }
    }
    if (user.node().isPresent() && !runsOn(user.node().get(), pod)) {
      return new Answer.Refused(foreign(user.node().get(), name));
    }
    List<String> audiences = new ArrayList<>();
    spec.path("audiences").forEach(audience -> audiences.add(audience.asText()));
    var issued = tokens.issue(account.get(), audiences, seconds, pod);
    return new Answer.Made(filled(request, account.get(), audiences, seconds, issued));
  }

  /** A wrong type or a wrong value in a field, in kube-apiserver's words. */
  private Optional<Failure> undecodable(ObjectNode request) {
    String version = request.path("apiVersion").asText("");
    if (!version.isEmpty() && !version.equals(API_VERSION)) {
      return Optional.of(
          badRequest(
              "the API version in the data (%s) does not match the expected API version (%s)"
                  .formatted(version, API_VERSION)));
    }
    String kind = request.path("kind").asText("");
    if (!kind.isEmpty() && !kind.equals(KIND)) {
      return Optional.of(
          badRequest(kind + " in version \"v1\" cannot be handled as a TokenRequest"));
    }
    return TypeCheck.firstMismatch(type, request)
        .map(
            why ->
                badRequest(
                    "TokenRequest in version \"v1\" cannot be handled as a TokenRequest: " + why));
  }

  private static boolean runsOn(String node, Optional<Document> pod) {
    return pod.map(bound -> bound.tree().at("/spec/nodeName").asText("")).equals(Optional.of(node));
  }

  private static Failure foreign(String node, String account) {
    return new Failure(
        403,
        "Forbidden",
        "serviceaccounts \"%s\" is forbidden: node \"%s\" may ask for tokens that are bound to pods running on it, and no others"
            .formatted(account, node),
        new Failure.Details(account, "", "serviceaccounts", "", List.of(), 0));
  }

  private static ObjectNode filled(
      ObjectNode request,
      Document account,
      List<String> audiences,
      long seconds,
      ServiceAccountTokens.Issued issued) {
    ObjectNode answer = request.deepCopy();
    answer.put("apiVersion", API_VERSION).put("kind", KIND);
    object(answer, "metadata")
        .put("name", account.key().name())
        .put("namespace", account.key().namespace());
    ObjectNode spec = object(answer, "spec");
    var asked = spec.putArray("audiences");
    (audiences.isEmpty() ? List.of(ServiceAccountTokens.ISSUER) : audiences).forEach(asked::add);
    spec.put("expirationSeconds", seconds);
    answer
        .putObject("status")
        .put("token", issued.token())
        .put("expirationTimestamp", issued.expires().truncatedTo(ChronoUnit.SECONDS).toString());
    return answer;
  }

  /** The field as an object, whatever a client made of it. */
  private static ObjectNode object(ObjectNode parent, String field) {
    return parent.path(field) instanceof ObjectNode there ? there : parent.putObject(field);
  }

  private static Optional<Failure> checkLife(String name, long seconds) {
    if (seconds < LEAST_SECONDS) {
      return Optional.of(invalid(name, seconds, "may not specify a duration less than 10 minutes"));
    }
    if (seconds > MOST_SECONDS) {
      return Optional.of(
          invalid(name, seconds, "may not specify a duration larger than 2^32 seconds"));
    }
    return Optional.empty();
  }

  private sealed interface Bound {
    record Pod(Document document) implements Bound {}

    record Refused(Failure failure) implements Bound {}
  }

  private Bound bound(String namespace, String account, JsonNode reference) {
    String kind = reference.path("kind").asText();
    String name = reference.path("name").asText();
    String uid = reference.path("uid").asText();
    if (!kind.equals("Pod") || !reference.path("apiVersion").asText("v1").equals("v1")) {
      return new Bound.Refused(
          badRequest(
              "cannot bind token to object of type "
                  + reference.path("apiVersion").asText()
                  + ", Kind="
                  + kind
                  + "; only v1 Pod is served"));
    }
    Optional<Document> pod = store.get(new ObjectKey(ResourceType.PODS, namespace, name));
    if (pod.isEmpty()) {
      return new Bound.Refused(notFound("pods", name));
    }
    String runsAs = pod.get().tree().path("spec").path("serviceAccountName").asText("default");
    if (!runsAs.equals(account)) {
      return new Bound.Refused(
          badRequest(
              "cannot bind token for serviceaccount \""
                  + account
                  + "\" to pod running with different serviceaccount name."));
    }
    String actual = ServiceAccountTokens.uid(pod.get());
    if (!uid.isEmpty() && !uid.equals(actual)) {
      return new Bound.Refused(staleUid(name, uid, actual));
    }
    return new Bound.Pod(pod.get());
  }

  private static Failure notFound(String plural, String name) {
    return new Failure(
        404,
        "NotFound",
        plural + " \"" + name + "\" not found",
        new Failure.Details(name, "", plural, "", List.of(), 0));
  }

  private static Failure badRequest(String message) {
    return new Failure(400, "BadRequest", message);
  }

  private static Failure staleUid(String pod, String asked, String actual) {
    return new Failure(
        409,
        "Conflict",
        "Operation cannot be fulfilled on pods \""
            + pod
            + "\": the UID in the bound object reference ("
            + asked
            + ") does not match the UID in record ("
            + actual
            + "). The object might have been deleted and then recreated",
        new Failure.Details(pod, "", "pods", "", List.of(), 0));
  }

  private static Failure invalid(String name, long seconds, String why) {
    String field = "spec.expirationSeconds";
    String detail = "Invalid value: " + seconds + ": " + why;
    return new Failure(
        422,
        "Invalid",
        "TokenRequest.authentication.k8s.io \"" + name + "\" is invalid: " + field + ": " + detail,
        new Failure.Details(
            name,
            "authentication.k8s.io",
            "TokenRequest",
            "",
            List.of(new Failure.Cause("FieldValueInvalid", detail, field)),
            0));
  }
}
