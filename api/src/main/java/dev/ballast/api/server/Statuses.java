package dev.ballast.api.server;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.resource.Json;
import dev.ballast.core.status.Failure;
import dev.ballast.core.status.Failure.Details;

/** The wire form of failures: a v1 Status. Pure. */
public final class Statuses {

  private Statuses() {}

  public static byte[] bytes(Failure failure) {
    return Json.bytes(of(failure));
  }

  public static ObjectNode of(Failure failure) {
    ObjectNode status = Json.object();
    status.put("kind", "Status").put("apiVersion", "v1").putObject("metadata");
    status.put("status", "Failure").put("message", failure.message());
    if (!failure.reason().isEmpty()) {
      status.put("reason", failure.reason());
    }
    // kube-apiserver has them, if empty, in every 404, and kubectl debug dies without
    if (failure.code() == 404 || !failure.details().equals(Details.NONE)) {
      status.set("details", details(failure.details()));
    }
    return status.put("code", failure.code());
  }

  private static ObjectNode details(Details details) {
    ObjectNode node = Json.object();
    putUnlessEmpty(node, "name", details.name());
    putUnlessEmpty(node, "group", details.group());
    putUnlessEmpty(node, "kind", details.kind());
    putUnlessEmpty(node, "uid", details.uid());
    if (!details.causes().isEmpty()) {
      ArrayNode causes = node.putArray("causes");
      for (Failure.Cause cause : details.causes()) {
        ObjectNode one = causes.addObject();
        putUnlessEmpty(one, "reason", cause.reason());
        putUnlessEmpty(one, "message", cause.message());
        putUnlessEmpty(one, "field", cause.field());
      }
    }
    if (details.retryAfterSeconds() > 0) {
      node.put("retryAfterSeconds", details.retryAfterSeconds());
    }
    return node;
  }

  private static void putUnlessEmpty(ObjectNode node, String field, String value) {
    if (!value.isEmpty()) {
      node.put(field, value);
    }
  }
}
