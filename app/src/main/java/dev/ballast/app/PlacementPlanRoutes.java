package dev.ballast.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.api.server.Exchange;
import dev.ballast.api.server.Refusal;
import dev.ballast.api.server.RouteTable;
import dev.ballast.api.server.Routes;
import dev.ballast.api.wire.Bodies;
import dev.ballast.api.wire.Body;
import dev.ballast.core.model.Pod;
import dev.ballast.core.plan.Plan;
import dev.ballast.core.plan.PodRef;
import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.Json;
import dev.ballast.core.status.Failure;
import dev.ballast.core.status.Failures;
import dev.ballast.core.store.StoreUnavailableException;
import dev.ballast.kinds.Kind;
import dev.ballast.kinds.KindRegistry;
import dev.ballast.kinds.Resources;
import dev.ballast.kinds.Resources.FieldValidation;
import dev.ballast.kinds.Resources.Outcome;
import dev.ballast.kinds.Resources.WriteOptions;
import dev.ballast.kinds.schema.FieldErrors;
import dev.ballast.planner.Trial;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * {@code POST /apis/ballast.dev/v1/namespaces/NS/placementplans}: where pods would go, without
 * creating them. They pass everything that a created pod passes (schema, defaults, admission), as a
 * dry run each, and then the planner. Thread-safe.
 */
final class PlacementPlanRoutes implements Routes {

  private static final String GROUP = "ballast.dev";
  private static final String KIND = "PlacementPlan";
  private static final int MOST = 1000;

  private final KindRegistry kinds;
  private final Resources resources;
  private final Bodies bodies;
  private final Function<List<Pod>, Trial> planner;

  /**
   * @param planner plans pods that are not there
   */
  PlacementPlanRoutes(
      KindRegistry kinds, Resources resources, Bodies bodies, Function<List<Pod>, Trial> planner) {
    this.kinds = kinds;
    this.resources = resources;
    this.bodies = bodies;
    this.planner = planner;
  }

  @Override
  public void install(RouteTable table) {
    table.resource(GROUP, "placementplans", this::plan);
  }

  private void plan(Exchange exchange) throws Refusal {
    var info = exchange.info();
    if (!info.verb().equals("create") || !info.name().isEmpty() || info.namespace().isEmpty()) {
      throw new Refusal(
          new Failure(
              405,
              "MethodNotAllowed",
              "a PlacementPlan can only be created, in a namespace: it is answered, not stored"));
    }
    ObjectNode asked = body(exchange);
    ObjectNode metadata = asked.withObjectProperty("metadata");
    if (metadata.path("name").asText("").isEmpty()) {
      metadata.put("name", "plan");
    }
    WriteOptions options =
        new WriteOptions(
            true, validation(exchange.query("fieldValidation")), "", exchange.user(), List.of());
    Kind own = kinds.byKind(GROUP, "v1", KIND).orElseThrow();
    ObjectNode review = stored(resources.create(own, info.namespace(), asked, options), "").tree();
    review.set("status", answer(info.namespace(), review, options));
    exchange.send(201, "application/json", Json.bytes(review));
  }

  private ObjectNode body(Exchange exchange) throws Refusal {
    return switch (bodies.read(exchange.header("Content-Type"), exchange.body())) {
      case Body.Decoded decoded -> {
        if (decoded.tree() instanceof ObjectNode object) {
          yield object;
        }
        throw bad("the body is no object");
      }
      case Body.Malformed malformed -> throw bad(malformed.why());
      case Body.Unsupported unsupported ->
          throw new Refusal(
              new Failure(
                  415,
                  "UnsupportedMediaType",
                  "the body was in an unknown format (" + unsupported.mediaType() + ")"));
    };
  }

  private static Refusal bad(String why) {
    return new Refusal(Failures.badRequest("the body must be a " + KIND + ": " + why));
  }

  private static FieldValidation validation(String value) {
    return switch (value) {
      case "Strict" -> FieldValidation.STRICT;
      case "Ignore" -> FieldValidation.IGNORE;
      default -> FieldValidation.WARN;
    };
  }

  private ObjectNode answer(String namespace, ObjectNode review, WriteOptions options)
      throws Refusal {
    JsonNode asked = review.at("/spec/pods");
    if (asked.isEmpty() || asked.size() > MOST) {
      Failure.Cause cause =
          asked.isEmpty()
              ? FieldErrors.required("spec.pods")
              : FieldErrors.tooMany("spec.pods", asked.size(), MOST);
      String name = review.at("/metadata/name").asText();
      throw new Refusal(Failures.invalid(GROUP, KIND, name, List.of(cause)));
    }
    List<Pod> pods = new ArrayList<>();
    for (int i = 0; i < asked.size(); i++) {
      pods.add(admitted(namespace, (ObjectNode) asked.get(i), i, options));
    }
    try {
      return status(planner.apply(pods), pods);
    } catch (StoreUnavailableException e) {
      throw new Refusal(Failures.unavailable(e.getMessage()));
    }
  }

  /** The pod as it would be stored. Its name may be taken: nobody is going to be created. */
  private Pod admitted(String namespace, ObjectNode asked, int index, WriteOptions options)
      throws Refusal {
    String path = "spec.pods[" + index + "]";
    ObjectNode pod = asked.deepCopy().put("apiVersion", "v1").put("kind", "Pod");
    if (!pod.at("/spec/nodeName").asText("").isEmpty()) {
      Failure.Cause bound = FieldErrors.forbidden(path + ".spec.nodeName", "the plan decides it");
      throw new Refusal(Failures.invalid(GROUP, KIND, "plan", List.of(bound)));
    }
    ObjectNode metadata = pod.withObjectProperty("metadata");
    String name = metadata.path("name").asText(metadata.path("generateName").asText("pod-"));
    metadata.put("generateName", name.endsWith("-") ? name : name + "-").remove("name");
    Kind kind = kinds.byKind("", "v1", "Pod").orElseThrow();
    Document stored = stored(resources.create(kind, namespace, pod, options), path);
    ObjectNode document = stored.tree();
    document.withObjectProperty("metadata").put("name", name);
    return Json.MAPPER.convertValue(document, Pod.class);
  }

  private static Document stored(Outcome outcome, String path) throws Refusal {
    return switch (outcome) {
      case Outcome.Stored stored -> stored.document();
      case Outcome.Removed removed -> removed.document();
      case Outcome.Failed failed ->
          throw new Refusal(path.isEmpty() ? failed.failure() : within(path, failed.failure()));
    };
  }

  /** What is wrong with a pod, said of the plan. */
  private static Failure within(String path, Failure failure) {
    List<Failure.Cause> causes =
        failure.details().causes().stream()
            .map(one -> new Failure.Cause(one.reason(), one.message(), path + "." + one.field()))
            .toList();
    return causes.isEmpty()
        ? new Failure(failure.code(), failure.reason(), path + ": " + failure.message())
        : Failures.invalid(GROUP, KIND, "plan", causes);
  }

  private static ObjectNode status(Trial trial, List<Pod> pods) {
    Map<PodRef, Integer> indexes = new HashMap<>();
    trial.pods().forEach(pod -> indexes.put(pod, indexes.size()));
    Plan plan = trial.plan();
    ObjectNode status = Json.object().put("basedOnRevision", plan.basedOnRevision());
    ArrayNode bindings = status.putArray("bindings");
    for (Plan.Binding one : plan.bindings()) {
      int index = indexes.get(one.pod());
      ObjectNode binding = bindings.addObject().put("index", index);
      binding.put("pod", pods.get(index).metadata().name()).put("node", one.node());
      if (!one.devices().isEmpty()) {
        one.devices().forEach(binding.putArray("devices")::add);
      }
    }
    ArrayNode unplaced = status.putArray("unplaced");
    for (Plan.Unplaced one : plan.unplaced()) {
      int index = indexes.get(one.pod());
      ObjectNode pod = unplaced.addObject().put("index", index);
      pod.put("pod", pods.get(index).metadata().name()).put("message", one.message());
      one.refusals().entrySet().stream()
          .sorted(Comparator.comparing(reason -> reason.getKey().message()))
          .forEach(
              reason ->
                  pod.withArrayProperty("reasons")
                      .addObject()
                      .put("reason", reason.getKey().message())
                      .put("nodes", reason.getValue()));
    }
    trial
        .heldBack()
        .forEach(
            (ref, why) ->
                unplaced
                    .addObject()
                    .put("index", indexes.get(ref))
                    .put("pod", pods.get(indexes.get(ref)).metadata().name())
                    .put("message", why));
    for (Plan.Eviction one : plan.evictions()) {
      status
          .withArrayProperty("evictions")
          .addObject()
          .put("namespace", one.pod().key().namespace())
          .put("pod", one.pod().key().name())
          .put("node", one.node())
          .put("preemptor", indexes.get(one.preemptor()));
    }
    return status;
  }
}
