package dev.ballast.api.openapi;

import java.util.List;

/**
 * One method on one path, before it is written down in either version of OpenAPI.
 *
 * @param method get, put, post, delete or patch
 * @param action what authorisers and clients call it: get, list, post, put, patch, delete,
 *     deletecollection, connect
 * @param type the kind that clients look the operation up by
 * @param body definition of the request body, or ""
 * @param answer definition of the answer, or "" for text
 * @param success HTTP status codes that carry the answer
 */
record Operation(
    String method,
    String action,
    String id,
    String description,
    TypeNames.GroupVersionKind type,
    String body,
    String answer,
    List<Integer> success,
    List<Parameter> parameters) {

  /**
   * A query parameter.
   *
   * @param type string, integer or boolean
   */
  record Parameter(String name, String type, String description) {}

  /** The formats a request body may have. */
  List<String> consumes() {
    if (method.equals("patch")) {
      return List.of(
          "application/json-patch+json",
          "application/merge-patch+json",
          "application/strategic-merge-patch+json");
    }
    return List.of("application/json", "application/yaml", "application/vnd.kubernetes.protobuf");
  }

  /** The formats an answer may have. */
  List<String> produces() {
    return answer.isEmpty()
        ? List.of("text/plain", "application/json")
        : List.of("application/json", "application/yaml");
  }
}
