package dev.ballast.api.server;

import dev.ballast.api.auth.Attributes;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * A request's path and method, read as kube-apiserver reads them. Names are decoded; {@code rest}
 * is not.
 *
 * @param verb get, list, watch, create, update, patch, delete, deletecollection; for a path that is
 *     no resource the method in lower case
 * @param path as sent, without query
 * @param resource plural; "" for a path that is no resource
 * @param namespace "" for a cluster-scoped resource, and for a list over all namespaces
 * @param name "" for a collection
 * @param rest what follows the subresource, undecoded, with its leading slash; else ""
 */
public record RequestInfo(
    String verb,
    String path,
    String group,
    String version,
    String namespace,
    String resource,
    String name,
    String subresource,
    String rest) {

  /** Subresources of namespaces themselves; anything else behind a namespace is a resource. */
  private static final List<String> OF_NAMESPACES = List.of("status", "finalize");

  private static final List<String> REVIEWS =
      List.of("authentication.k8s.io", "authorization.k8s.io");

  public boolean isResource() {
    return !resource.isEmpty();
  }

  /**
   * Whether it is answered with what a majority confirms, or not at all: writes, and reads that
   * name no revision. Reviews write nothing; streams go to a node, whoever else is there.
   */
  boolean needsNewest(UnaryOperator<String> query) {
    if (!isResource() || RequestFigures.isConnect(this) || REVIEWS.contains(group)) {
      return false;
    }
    return switch (verb) {
      case "watch" -> false;
      case "get", "list" ->
          !subresource.equals("log")
              && query.apply("resourceVersion").isEmpty()
              && query.apply("continue").isEmpty();
      default -> true;
    };
  }

  public Attributes attributes() {
    return new Attributes(
        verb, group, version, namespace, resource, subresource, name, isResource() ? "" : path);
  }

  /**
   * @param watch whether the query says {@code watch=true}
   */
  public static RequestInfo of(String method, String path, boolean watch) {
    String[] parts = path.split("/", -1);
    int at;
    String group;
    if (parts.length >= 4 && parts[1].equals("api") && !parts[3].isEmpty()) {
      group = "";
      at = 2;
    } else if (parts.length >= 5 && parts[1].equals("apis") && !parts[4].isEmpty()) {
      group = parts[2];
      at = 3;
    } else {
      return new RequestInfo(method.toLowerCase(), path, "", "", "", "", "", "", "");
    }
    String version = parts[at++];
    boolean oldWatch = parts[at].equals("watch") && parts.length > at + 1;
    if (oldWatch) {
      at++;
    }
    String namespace = "";
    if (parts[at].equals("namespaces")
        && parts.length > at + 2
        && !parts[at + 2].isEmpty()
        && !(OF_NAMESPACES.contains(parts[at + 2]) && parts.length == at + 3)) {
      namespace = decode(parts[at + 1]);
      at += 2;
    }
    return ofResource(method, path, parts, at, group, version, namespace, watch, oldWatch);
  }

  private static RequestInfo ofResource(
      String method,
      String path,
      String[] parts,
      int at,
      String group,
      String version,
      String namespace,
      boolean watch,
      boolean oldWatch) {
    String resource = decode(parts[at]);
    String name = part(parts, at + 1).map(RequestInfo::decode).orElse("");
    String subresource = part(parts, at + 2).map(RequestInfo::decode).orElse("");
    List<String> beyond = new ArrayList<>();
    for (int i = at + 3; i < parts.length; i++) {
      beyond.add(parts[i]);
    }
    String rest = beyond.isEmpty() ? "" : "/" + String.join("/", beyond);
    String in = resource.equals("namespaces") && group.isEmpty() ? name : namespace;
    return new RequestInfo(
        verb(method, name.isEmpty(), oldWatch || (watch && name.isEmpty())),
        path,
        group,
        version,
        in,
        resource,
        name,
        subresource,
        rest);
  }

  private static String verb(String method, boolean collection, boolean watch) {
    return switch (method) {
      case "GET", "HEAD" -> watch ? "watch" : collection ? "list" : "get";
      case "POST" -> "create";
      case "PUT" -> "update";
      case "PATCH" -> "patch";
      case "DELETE" -> collection ? "deletecollection" : "delete";
      case "OPTIONS" -> "options";
      default -> "unknown"; // a method called LIST must not be taken for the verb
    };
  }

  private static Optional<String> part(String[] parts, int at) {
    return at < parts.length && !parts[at].isEmpty() ? Optional.of(parts[at]) : Optional.empty();
  }

  private static String decode(String part) {
    try {
      return part.indexOf('%') < 0
          ? part
          : URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException notEncoded) {
      return part;
    }
  }
}
