package dev.ballast.api.openapi;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.resource.Json;
import dev.ballast.kinds.Kind;
import dev.ballast.kinds.schema.SchemaCatalog;
import java.util.List;
import java.util.Map;

/** Writes the OpenAPI v3 documents of the kinds: one for each group and version. Pure. */
final class OpenApiV3 {

  private OpenApiV3() {}

  /**
   * @param all every served kind: some definitions name them all
   * @param kinds those of the document's group and version
   */
  static ObjectNode document(List<Kind> all, List<Kind> kinds, SchemaCatalog types) {
    ObjectNode document = Json.object();
    document.put("openapi", "3.0.0");
    document.putObject("info").put("title", "Kubernetes").put("version", "v1.33.0");
    ObjectNode paths = document.putObject("paths");
    Definitions definitions = new Definitions(Flavour.V3, new TypeNames(all));
    OpenApiTypes.collect(definitions, kinds, types);
    for (Kind kind : kinds) {
      KindPaths.of(kind).forEach((path, operations) -> paths.set(path, path(path, operations)));
    }
    ObjectNode components = document.putObject("components");
    components.set("schemas", definitions.all());
    ObjectNode token = components.putObject("securitySchemes").putObject("BearerToken");
    token.put("type", "apiKey").put("name", "authorization").put("in", "header");
    return document;
  }

  private static ObjectNode path(String path, List<Operation> operations) {
    ObjectNode item = Json.object();
    operations.forEach(operation -> item.set(operation.method(), operation(operation)));
    ArrayNode parameters = item.putArray("parameters");
    for (Map.Entry<String, String> parameter : OpenApiTypes.pathParameters(path).entrySet()) {
      parameter(parameters, parameter.getKey(), "path", "string", parameter.getValue())
          .put("required", true);
    }
    return item;
  }

  private static ObjectNode operation(Operation operation) {
    ObjectNode json = Json.object();
    json.put("description", operation.description());
    json.put("operationId", operation.id());
    ArrayNode parameters = json.putArray("parameters");
    operation
        .parameters()
        .forEach(p -> parameter(parameters, p.name(), "query", p.type(), p.description()));
    if (!operation.body().isEmpty()) {
      ObjectNode content = json.putObject("requestBody").putObject("content");
      operation.consumes().forEach(type -> schema(content, type, operation.body()));
    }
    ObjectNode responses = json.putObject("responses");
    for (int code : operation.success()) {
      ObjectNode response = responses.putObject(Integer.toString(code));
      response.put("description", OpenApiTypes.reason(code));
      ObjectNode content = response.putObject("content");
      operation.produces().forEach(type -> schema(content, type, operation.answer()));
    }
    responses.putObject("401").put("description", "Unauthorized");
    json.put("x-kubernetes-action", operation.action());
    json.set("x-kubernetes-group-version-kind", operation.type().json());
    return json;
  }

  private static ObjectNode parameter(
      ArrayNode parameters, String name, String in, String type, String description) {
    ObjectNode parameter = parameters.addObject();
    parameter.put("description", description).put("in", in).put("name", name);
    parameter.putObject("schema").put("type", type).put("uniqueItems", true);
    return parameter;
  }

  private static void schema(ObjectNode content, String type, String definition) {
    ObjectNode schema = content.putObject(type).putObject("schema");
    if (definition.isEmpty()) {
      schema.put("type", "string");
    } else {
      schema.put("$ref", Flavour.V3.reference(definition));
    }
  }
}
