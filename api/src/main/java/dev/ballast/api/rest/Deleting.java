package dev.ballast.api.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.api.server.Exchange;
import dev.ballast.api.server.Refusal;
import dev.ballast.api.wire.Bodies;
import dev.ballast.api.wire.Rendering;
import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.store.DeleteOptions;
import dev.ballast.core.store.DeleteOptions.Propagation;
import dev.ballast.core.store.ListQuery;
import dev.ballast.core.store.ListResult;
import dev.ballast.core.time.Timers;
import dev.ballast.kinds.Kind;
import dev.ballast.kinds.Resources;
import dev.ballast.kinds.Resources.FieldValidation;
import dev.ballast.kinds.Resources.Outcome;
import dev.ballast.kinds.Resources.WriteOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** DELETE of one object and of collections. Thread-safe. */
final class Deleting {

  /** Kinds whose deletion answers the object that is gone; all others answer a Status. */
  private static final Set<ResourceType> TELL_OBJECT =
      Set.of(ResourceType.PODS, ResourceType.SERVICES, ResourceType.SERVICE_ACCOUNTS);

  private static final int PAGE = 500;

  private final Resources resources;
  private final Reading reading;
  private final Bodies bodies;
  private final Timers timers;

  Deleting(Resources resources, Reading reading, Bodies bodies, Timers timers) {
    this.resources = resources;
    this.reading = reading;
    this.bodies = bodies;
    this.timers = timers;
  }

  /**
   * @param revision that the object must have; 0 for any
   */
  private record Wish(DeleteOptions options, long revision, WriteOptions write) {}

  void one(Exchange exchange, Target target) throws Refusal {
    if (!target.subresource().isEmpty()) {
      throw Target.methodNotAllowed(target.kind());
    }
    Wish wish = wish(exchange);
    Outcome outcome =
        resources.delete(
            target.kind(),
            target.namespace(),
            target.name(),
            wish.options(),
            wish.revision(),
            wish.write());
    switch (outcome) {
      case Outcome.Stored stored -> object(exchange, target.kind(), stored.document());
      case Outcome.Removed removed -> {
        // RFC 7240; a client that keeps documents wants the last one of every kind.
        boolean asked = exchange.header("Prefer").contains("return=representation");
        if (asked || TELL_OBJECT.contains(target.kind().type())) {
          object(exchange, target.kind(), removed.document());
        } else {
          Answers.send(exchange, 200, success(target, removed.document()));
        }
      }
      case Outcome.Failed failed -> throw new Refusal(failed.failure());
    }
  }

  private void object(Exchange exchange, Kind kind, Document document) throws Refusal {
    Answers.send(exchange, 200, Answers.rendering(exchange, kind, timers.now()).object(document));
  }

  private static ObjectNode success(Target target, Document document) {
    ObjectNode status = Json.object().put("kind", "Status").put("apiVersion", "v1");
    status.putObject("metadata");
    ObjectNode details = status.put("status", "Success").putObject("details");
    details.put("name", target.name());
    if (!target.kind().group().isEmpty()) {
      details.put("group", target.kind().group());
    }
    details.put("kind", target.kind().plural());
    details.put("uid", document.tree().at("/metadata/uid").asText());
    return status;
  }

  void collection(Exchange exchange, Target target) throws Refusal {
    Rendering rendering = Answers.rendering(exchange, target.kind(), timers.now());
    Selection selection = Selection.of(exchange, target.kind(), "");
    Wish wish = wish(exchange);
    ListQuery query =
        ListQuery.in(target.kind().type(), target.namespace())
            .withLabels(selection.labels())
            .withFields(selection.fields());
    List<Document> deleted = new ArrayList<>();
    ListResult.Page page = reading.page(query.withPage(PAGE, ""));
    while (true) {
      for (Document document : page.documents()) {
        delete(target, document, wish, deleted);
      }
      if (page.continueToken().isEmpty()) {
        break;
      }
      page = reading.page(query.withPage(PAGE, page.continueToken()));
    }
    Rendering.ListHead head = new Rendering.ListHead(page.revision(), "", -1);
    Answers.send(exchange, 200, rendering.list(deleted, head));
  }

  private void delete(Target target, Document document, Wish wish, List<Document> deleted)
      throws Refusal {
    Outcome outcome =
        resources.delete(
            target.kind(),
            document.key().namespace(),
            document.key().name(),
            wish.options(),
            wish.revision(),
            wish.write());
    switch (outcome) {
      case Outcome.Stored stored -> deleted.add(stored.document());
      case Outcome.Removed removed -> deleted.add(removed.document());
      case Outcome.Failed failed -> {
        // Somebody else may have deleted it meanwhile; that is what was wanted.
        if (failed.failure().code() != 404) {
          throw new Refusal(failed.failure());
        }
      }
    }
  }

  private Wish wish(Exchange exchange) throws Refusal {
    List<String> duplicates = List.of();
    ObjectNode body = Json.object();
    if (exchange.body().length > 0) {
      var input = Parameters.object(exchange, bodies, "DeleteOptions");
      body = input.object();
      duplicates = input.duplicates();
    }
    List<String> dryRun = new ArrayList<>(exchange.queries("dryRun"));
    body.path("dryRun").forEach(value -> dryRun.add(value.asText()));
    WriteOptions write =
        new WriteOptions(
            Parameters.dryRun(dryRun, "DeleteOptions"),
            FieldValidation.IGNORE,
            "",
            exchange.user(),
            duplicates);
    JsonNode preconditions = body.path("preconditions");
    DeleteOptions options =
        new DeleteOptions(
            preconditions.path("uid").asText(""),
            grace(exchange, body),
            propagation(exchange, body));
    return new Wish(options, revision(preconditions), write);
  }

  /** What is no revision is none that the object could be at. */
  private static long revision(JsonNode preconditions) {
    String text = preconditions.path("resourceVersion").asText("");
    try {
      return text.isEmpty() ? 0 : Math.max(Long.parseLong(text), -1);
    } catch (NumberFormatException none) {
      return -1;
    }
  }

  private static long grace(Exchange exchange, ObjectNode body) throws Refusal {
    JsonNode inBody = body.get("gracePeriodSeconds");
    String text =
        Parameters.isNull(inBody) ? exchange.query("gracePeriodSeconds") : inBody.asText();
    if (text.isEmpty()) {
      return -1;
    }
    try {
      long seconds = Long.parseLong(text);
      if (seconds >= 0) {
        return seconds;
      }
    } catch (NumberFormatException notANumber) {
      // refused below
    }
    throw new Refusal(
        Options.invalidValue(
            "DeleteOptions", "gracePeriodSeconds", text, "must be greater than or equal to 0"));
  }

  private static Propagation propagation(Exchange exchange, ObjectNode body) throws Refusal {
    String policy = body.path("propagationPolicy").asText(exchange.query("propagationPolicy"));
    String orphan = body.path("orphanDependents").asText(exchange.query("orphanDependents"));
    if (!policy.isEmpty() && !orphan.isEmpty()) {
      throw new Refusal(
          Options.invalidValue(
              "DeleteOptions",
              "propagationPolicy",
              policy,
              "orphanDependents and propagationPolicy cannot be both set"));
    }
    if (!orphan.isEmpty()) {
      return orphan.equals("true") ? Propagation.ORPHAN : Propagation.BACKGROUND;
    }
    return switch (policy) {
      case "" -> Propagation.DEFAULT;
      case "Background" -> Propagation.BACKGROUND;
      case "Foreground" -> Propagation.FOREGROUND;
      case "Orphan" -> Propagation.ORPHAN;
      default ->
          throw new Refusal(
              Options.unsupported(
                  "DeleteOptions",
                  "propagationPolicy",
                  policy,
                  "Foreground",
                  "Background",
                  "Orphan",
                  "nil"));
    };
  }
}
