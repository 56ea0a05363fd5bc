package dev.ballast.api.rest;

import dev.ballast.api.server.Refusal;
import dev.ballast.api.server.RequestInfo;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.status.Failure;
import dev.ballast.core.status.Failure.Details;
import dev.ballast.kinds.Kind;
import dev.ballast.kinds.KindRegistry;
import java.util.List;

/**
 * What a request is about, once its kind is known.
 *
 * @param namespace "" for a cluster-scoped kind, and for all namespaces
 * @param name "" for the collection
 */
record Target(Kind kind, String namespace, String name, String subresource) {

  /**
   * @throws Refusal 404 when there is no such resource, 405 when it has not got the verb
   */
  static Target of(RequestInfo info, KindRegistry kinds) throws Refusal {
    Kind kind =
        kinds
            .byPlural(info.group(), info.version(), info.resource())
            .orElseThrow(Target::noSuchResource);
    boolean isNamespace = info.group().isEmpty() && info.resource().equals("namespaces");
    String namespace = isNamespace ? "" : info.namespace();
    boolean misplaced =
        kind.namespaced() ? namespace.isEmpty() && !info.name().isEmpty() : !namespace.isEmpty();
    if (misplaced || !info.rest().isEmpty()) {
      throw noSuchResource();
    }
    if (!info.subresource().isEmpty() && !kind.subresources().contains(info.subresource())) {
      throw noSuchResource();
    }
    boolean homeless = kind.namespaced() && namespace.isEmpty() && needsNamespace(info.verb());
    if (homeless || (info.subresource().isEmpty() && !kind.verbs().contains(info.verb()))) {
      throw methodNotAllowed(kind);
    }
    return new Target(kind, namespace, info.name(), info.subresource());
  }

  /** Across namespaces there are list and watch, and nothing that writes. */
  private static boolean needsNamespace(String verb) {
    return verb.equals("create") || verb.equals("deletecollection");
  }

  ObjectKey key() {
    return new ObjectKey(kind.type(), namespace, name);
  }

  static Refusal noSuchResource() {
    return new Refusal(
        new Failure(404, "NotFound", "the server could not find the requested resource"));
  }

  static Refusal methodNotAllowed(Kind kind) {
    return new Refusal(
        new Failure(
            405,
            "MethodNotAllowed",
            "the server does not allow this method on the requested resource",
            new Details("", kind.group(), kind.plural(), "", List.of(), 0)));
  }
}
