package dev.ballast.api.openapi;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.resource.Json;
import dev.ballast.kinds.Kind;
import dev.ballast.kinds.schema.SchemaCatalog;
import java.util.List;
import java.util.Map;

/** Writes the OpenAPI v2 document of the kinds: one for the whole API. Pure. */
final class OpenApiV2 {

  private OpenApiV2() {}

  static ObjectNode document(List<Kind> kinds, SchemaCatalog types) {
    ObjectNode document = Json.object();
    document.put("swagger", "2.0");
    document.putObject("info").put("title", "Kubernetes").put("version", "v1.33.0");
    ObjectNode paths = document.putObject("paths");
    Definitions definitions = new Definitions(Flavour.V2, new TypeNames(kinds));
    OpenApiTypes.collect(definitions, kinds, types);
    for (Kind kind : kinds) {
      KindPaths.of(kind).forEach((path, operations) -> paths.set(path, path(path, operations)));
    }
    document.set("definitions", definitions.all());
    ObjectNode token = document.putObject("securityDefinitions").putObject("BearerToken");
    token.put("type", "apiKey").put("name", "authorization").put("in", "header");
    return document;
  }

  private static ObjectNode path(String path, List<Operation> operations) {
    ObjectNode item = Json.object();
    operations.forEach(operation -> item.set(operation.method(), operation(operation)));
    ArrayNode parameters = item.putArray("parameters");
    for (Map.Entry<String, String> parameter : OpenApiTypes.pathParameters(path).entrySet()) {
      parameters
          .addObject()
          .put("description", parameter.getValue())
          .put("in", "path")
          .put("name", parameter.getKey())
          .put("required", true)
          .put("type", "string")
          .put("uniqueItems", true);
    }
    return item;
  }

  private static ObjectNode operation(Operation operation) {
    ObjectNode json = Json.object();
    json.put("description", operation.description());
    json.put("operationId", operation.id());
    operation.consumes().forEach(json.putArray("consumes")::add);
    operation.produces().forEach(json.putArray("produces")::add);
    json.putArray("schemes").add("https");
    ArrayNode parameters = json.putArray("parameters");
    if (!operation.body().isEmpty()) {
      ObjectNode body = parameters.addObject();
      body.put("in", "body")
          .put("name", "body")
          .put("required", !operation.method().equals("delete"));
      body.putObject("schema").put("$ref", Flavour.V2.reference(operation.body()));
    }
    for (Operation.Parameter parameter : operation.parameters()) {
      parameters
          .addObject()
          .put("description", parameter.description())
          .put("in", "query")
          .put("name", parameter.name())
          .put("type", parameter.type())
          .put("uniqueItems", true);
    }
    ObjectNode responses = json.putObject("responses");
    for (int code : operation.success()) {
      ObjectNode response = responses.putObject(Integer.toString(code));
      response.put("description", OpenApiTypes.reason(code));
      ObjectNode schema = response.putObject("schema");
      if (operation.answer().isEmpty()) {
        schema.put("type", "string");
      } else {
        schema.put("$ref", Flavour.V2.reference(operation.answer()));
      }
    }
    responses.putObject("401").put("description", "Unauthorized");
    json.put("x-kubernetes-action", operation.action());
    json.set("x-kubernetes-group-version-kind", operation.type().json());
    return json;
  }
}
