package dev.ballast.api.discovery;

import dev.ballast.kinds.Kind;
import dev.ballast.kinds.KindRegistry;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The groups, versions and resources served, as discovery tells them: kinds and a few others. */
final class ServedGroups {

  /** What a resource or a subresource answers with. */
  record ResponseKind(String group, String version, String kind) {}

  /**
   * @param response the kind it answers with
   */
  record Part(String name, ResponseKind response, List<String> verbs) {}

  /**
   * @param verbs empty for a resource that has subresources only
   */
  record Resource(
      String plural,
      String singular,
      boolean namespaced,
      ResponseKind response,
      List<String> verbs,
      List<String> shortNames,
      List<String> categories,
      List<Part> parts) {}

  private static final List<String> PROXY_VERBS =
      List.of("create", "delete", "get", "patch", "update");

  private final KindRegistry kinds;

  ServedGroups(KindRegistry kinds) {
    this.kinds = kinds;
  }

  /** Versions by group in the order of the registry, the core group first. */
  Map<String, Set<String>> versions() {
    Map<String, Set<String>> groups = new LinkedHashMap<>();
    groups.put("", new LinkedHashSet<>(List.of("v1")));
    for (Kind kind : kinds.all()) {
      groups.computeIfAbsent(kind.group(), first -> new LinkedHashSet<>()).add(kind.version());
    }
    groups.computeIfAbsent("ballast.dev", first -> new LinkedHashSet<>()).add("v1");
    return groups;
  }

  /** Empty when there is no such group version. */
  List<Resource> resources(String group, String version) {
    List<Resource> resources = new ArrayList<>();
    if (group.isEmpty() && version.equals("v1")) {
      resources.add(postOnly("bindings", "binding", true, group, version, "Binding"));
    }
    for (Kind kind : kinds.all()) {
      if (kind.group().equals(group) && kind.version().equals(version)) {
        resources.add(resource(kind));
      }
    }
    if (group.equals("ballast.dev") && version.equals("v1")) {
      resources.add(postOnly("commits", "commit", false, group, version, "Commit"));
    }
    return resources;
  }

  private static Resource postOnly(
      String plural,
      String singular,
      boolean namespaced,
      String group,
      String version,
      String kind) {
    return new Resource(
        plural,
        singular,
        namespaced,
        new ResponseKind(group, version, kind),
        List.of("create"),
        List.of(),
        List.of(),
        List.of());
  }

  private static Resource resource(Kind kind) {
    ResponseKind own = new ResponseKind(kind.group(), kind.version(), kind.kind());
    List<Part> parts = kind.subresources().stream().sorted().map(name -> part(kind, name)).toList();
    return new Resource(
        kind.plural(),
        kind.singular(),
        kind.namespaced(),
        own,
        kind.verbs().stream().sorted().toList(),
        kind.shortNames(),
        kind.categories(),
        parts);
  }

  private static Part part(Kind kind, String name) {
    ResponseKind own = new ResponseKind(kind.group(), kind.version(), kind.kind());
    return switch (name) {
      case "scale" ->
          new Part(
              name,
              new ResponseKind("autoscaling", "v1", "Scale"),
              List.of("get", "patch", "update"));
      case "eviction" ->
          new Part(name, new ResponseKind("policy", "v1", "Eviction"), List.of("create"));
      case "binding" -> new Part(name, new ResponseKind("", "v1", "Binding"), List.of("create"));
      case "token" ->
          new Part(
              name,
              new ResponseKind("authentication.k8s.io", "v1", "TokenRequest"),
              List.of("create"));
      case "log" -> new Part(name, own, List.of("get"));
      case "finalize" -> new Part(name, own, List.of("update"));
      case "exec", "attach", "portforward" ->
          new Part(name, connect(kind, name), List.of("create", "get"));
      case "proxy" -> new Part(name, connect(kind, name), PROXY_VERBS);
      default -> new Part(name, own, List.of("get", "patch", "update"));
    };
  }

  private static ResponseKind connect(Kind kind, String name) {
    String verb =
        name.equals("portforward")
            ? "PortForward"
            : Character.toUpperCase(name.charAt(0)) + name.substring(1);
    return new ResponseKind("", "v1", kind.kind() + verb + "Options");
  }
}
