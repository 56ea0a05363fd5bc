package dev.ballast.api.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.api.server.Exchange;
import dev.ballast.api.server.Refusal;
import dev.ballast.api.wire.Bodies;
import dev.ballast.api.wire.Body;
import dev.ballast.api.wire.MediaType;
import dev.ballast.core.resource.Json;
import dev.ballast.core.status.Failure;
import dev.ballast.core.status.Failures;
import dev.ballast.core.time.Timers;
import dev.ballast.kinds.Resources;
import dev.ballast.kinds.Resources.Outcome;
import dev.ballast.kinds.Resources.PatchType;
import java.util.List;

/** POST, PUT and PATCH. Thread-safe. */
final class Writing {

  private final Resources resources;
  private final Bodies bodies;
  private final Timers timers;

  Writing(Resources resources, Bodies bodies, Timers timers) {
    this.resources = resources;
    this.bodies = bodies;
    this.timers = timers;
  }

  void create(Exchange exchange, Target target) throws Refusal {
    switch (target.subresource()) {
      case "" -> {
        if (!target.name().isEmpty()) {
          throw Target.methodNotAllowed(target.kind());
        }
        var input = Parameters.object(exchange, bodies, target.kind().kind());
        var options = Parameters.write(exchange, "CreateOptions", input.duplicates());
        answer(
            exchange,
            target,
            resources.create(target.kind(), target.namespace(), input.object(), options));
      }
      case "binding" -> bind(exchange, target.namespace(), target.name());
      case "eviction" -> evict(exchange, target);
      default -> throw Target.methodNotAllowed(target.kind());
    }
  }

  /**
   * @param pod "" to take the pod's name from the body
   */
  void bind(Exchange exchange, String namespace, String pod) throws Refusal {
    var input = Parameters.object(exchange, bodies, "Binding");
    var options = Parameters.write(exchange, "CreateOptions", input.duplicates());
    String name = pod.isEmpty() ? input.object().at("/metadata/name").asText("") : pod;
    done(exchange, resources.bind(namespace, name, input.object(), options));
  }

  private void evict(Exchange exchange, Target target) throws Refusal {
    var input = Parameters.object(exchange, bodies, "Eviction");
    var options = Parameters.write(exchange, "CreateOptions", input.duplicates());
    done(exchange, resources.evict(target.namespace(), target.name(), input.object(), options));
  }

  private static void done(Exchange exchange, Outcome outcome) throws Refusal {
    if (outcome instanceof Outcome.Failed failed) {
      throw new Refusal(failed.failure());
    }
    ObjectNode status = Json.object().put("kind", "Status").put("apiVersion", "v1");
    status.putObject("metadata");
    Answers.send(exchange, 201, status.put("status", "Success").put("code", 201));
  }

  void update(Exchange exchange, Target target) throws Refusal {
    requireName(target);
    var input = Parameters.object(exchange, bodies, target.kind().kind());
    var options = Parameters.write(exchange, "UpdateOptions", input.duplicates());
    answer(
        exchange,
        target,
        resources.update(
            target.kind(),
            target.namespace(),
            target.name(),
            target.subresource(),
            input.object(),
            options));
  }

  void patch(Exchange exchange, Target target) throws Refusal {
    requireName(target);
    String contentType = exchange.header("Content-Type");
    String name = MediaType.parse(contentType).name();
    PatchType type = patchType(name);
    Body body = Bodies.patch(name.endsWith("+yaml"), exchange.body());
    switch (body) {
      case Body.Decoded decoded -> {
        var options = Parameters.write(exchange, "PatchOptions", decoded.duplicates());
        answer(
            exchange,
            target,
            resources.patch(
                target.kind(),
                target.namespace(),
                target.name(),
                target.subresource(),
                type,
                decoded.tree(),
                options));
      }
      case Body.Malformed malformed ->
          throw new Refusal(Failures.badRequest("error decoding patch: " + malformed.why()));
      case Body.Unsupported unsupported -> throw Parameters.unsupported(contentType);
    }
  }

  private static PatchType patchType(String mediaType) throws Refusal {
    return switch (mediaType) {
      case "application/json-patch+json" -> PatchType.JSON;
      case "application/merge-patch+json" -> PatchType.MERGE;
      case "application/strategic-merge-patch+json" -> PatchType.STRATEGIC_MERGE;
      case "application/apply-patch+yaml", "application/apply-patch+cbor" ->
          throw unsupportedPatch(
              "server-side apply ("
                  + mediaType
                  + ") is not served yet; apply on the client's side (kubectl apply without"
                  + " --server-side, helm with --server-side=false)");
      default ->
          throw unsupportedPatch(
              "the body of the request was in an unknown format - accepted media types include:"
                  + " application/json-patch+json, application/merge-patch+json,"
                  + " application/strategic-merge-patch+json");
    };
  }

  private static Refusal unsupportedPatch(String message) {
    return new Refusal(new Failure(415, "UnsupportedMediaType", message));
  }

  private static void requireName(Target target) throws Refusal {
    if (target.name().isEmpty()) {
      throw Target.methodNotAllowed(target.kind());
    }
    switch (target.subresource()) {
      case "", "status", "scale", "finalize" -> {}
      default -> throw Target.methodNotAllowed(target.kind());
    }
  }

  private void answer(Exchange exchange, Target target, Outcome outcome) throws Refusal {
    switch (outcome) {
      case Outcome.Stored stored -> {
        Answers.warn(exchange, stored.warnings());
        boolean scale = target.subresource().equals("scale");
        List<byte[]> parts =
            scale
                ? List.of(stored.document().json())
                : Answers.rendering(exchange, target.kind(), timers.now())
                    .object(stored.document());
        Answers.send(exchange, stored.created() ? 201 : 200, parts);
      }
      case Outcome.Removed removed ->
          Answers.send(exchange, 200, List.of(removed.document().json()));
      case Outcome.Failed failed -> throw new Refusal(failed.failure());
    }
  }
}
