package dev.ballast.api.openapi;

import dev.ballast.api.openapi.Operation.Parameter;
import dev.ballast.api.openapi.TypeNames.Bodies;
import dev.ballast.api.openapi.TypeNames.GroupVersionKind;
import dev.ballast.kinds.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The paths of a kind with their operations, as kube-apiserver lays them out. One use; pure. */
final class KindPaths {

  private static final String STATUS = TypeNames.META + "Status";

  private final Kind kind;
  private final String definition;
  private final GroupVersionKind type;
  private final String collection;
  private final String item;
  private final Map<String, List<Operation>> paths = new LinkedHashMap<>();

  private KindPaths(Kind kind) {
    this.kind = kind;
    this.definition = TypeNames.definition(kind);
    this.type = GroupVersionKind.of(kind);
    String root = kind.group().isEmpty() ? "/api/" : "/apis/" + kind.group() + "/";
    String scope = kind.namespaced() ? "/namespaces/{namespace}/" : "/";
    this.collection = root + kind.version() + scope + kind.plural();
    this.item = collection + "/{name}";
    collection();
    item();
    kind.subresources().stream().sorted().forEach(this::subresource);
    if (kind.namespaced() && kind.verbs().contains("list")) {
      add(root + kind.version() + "/" + kind.plural(), list("ForAllNamespaces"));
    }
  }

  /** Path template to operations. */
  static Map<String, List<Operation>> of(Kind kind) {
    return new KindPaths(kind).paths;
  }

  private void collection() {
    if (kind.verbs().contains("list")) {
      add(collection, list(""));
    }
    if (kind.verbs().contains("create")) {
      add(
          collection,
          operation("post", "post", "create", "", "Creates one.", type, definition, definition)
              .with(Parameters.WRITE)
              .answering(List.of(200, 201, 202)));
    }
    if (kind.verbs().contains("deletecollection")) {
      add(
          collection,
          operation(
                  "delete",
                  "deletecollection",
                  "deleteCollection",
                  "",
                  "Deletes all that are picked.",
                  type,
                  TypeNames.META + "DeleteOptions",
                  STATUS)
              .with(Parameters.DELETE_COLLECTION));
    }
  }

  private Draft list(String suffix) {
    return operation(
            "get",
            "list",
            "list",
            suffix,
            "Lists them, or watches them.",
            type,
            "",
            definition + "List")
        .with(Parameters.LIST);
  }

  private void item() {
    if (kind.verbs().contains("get")) {
      readAndWrite(item, "", type, definition);
    }
    if (kind.verbs().contains("delete")) {
      add(
          item,
          operation(
                  "delete",
                  "delete",
                  "delete",
                  "",
                  "Deletes one.",
                  type,
                  TypeNames.META + "DeleteOptions",
                  STATUS)
              .with(Parameters.DELETE)
              .answering(List.of(200, 202)));
    }
  }

  private void readAndWrite(String path, String suffix, GroupVersionKind as, String body) {
    add(path, operation("get", "get", "read", suffix, "Reads one.", as, "", body));
    add(
        path,
        operation("put", "put", "replace", suffix, "Replaces one.", as, body, body)
            .with(Parameters.WRITE)
            .answering(List.of(200, 201)));
    add(
        path,
        operation(
                "patch",
                "patch",
                "patch",
                suffix,
                "Changes parts of one.",
                as,
                TypeNames.META + "Patch",
                body)
            .with(Parameters.PATCH)
            .answering(List.of(200, 201)));
  }

  private void subresource(String name) {
    String path = item + "/" + name;
    String suffix = name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
    switch (name) {
      case "status" -> readAndWrite(path, suffix, type, definition);
      case "scale" -> readAndWrite(path, suffix, Bodies.SCALE.type(), Bodies.SCALE.definition());
      case "finalize" ->
          add(
              path,
              operation(
                      "put",
                      "put",
                      "replace",
                      suffix,
                      "Replaces one.",
                      type,
                      definition,
                      definition)
                  .with(Parameters.WRITE)
                  .answering(List.of(200, 201)));
      case "binding" -> post(path, suffix, Bodies.BINDING);
      case "eviction" -> post(path, suffix, Bodies.EVICTION);
      case "token" -> post(path, suffix, Bodies.TOKEN);
      case "log" -> connect(path, suffix, "PodLogOptions", List.of("get"), Parameters.LOG);
      case "exec" ->
          connect(path, suffix, "PodExecOptions", List.of("get", "post"), Parameters.EXEC);
      case "attach" ->
          connect(path, suffix, "PodAttachOptions", List.of("get", "post"), Parameters.EXEC);
      case "proxy" ->
          connect(
              path,
              suffix,
              kind.kind() + "ProxyOptions",
              List.of("get", "post", "put", "patch", "delete"),
              Parameters.PROXY);
      default -> {}
    }
  }

  private void post(String path, String suffix, Bodies body) {
    add(
        path,
        operation(
                "post",
                "post",
                "create",
                suffix,
                "Asks for it.",
                body.type(),
                body.definition(),
                body.definition())
            .with(Parameters.WRITE)
            .answering(List.of(200, 201, 202)));
  }

  private void connect(
      String path, String suffix, String options, List<String> methods, List<Parameter> query) {
    GroupVersionKind as = new GroupVersionKind("", "v1", options);
    String action = suffix.equals("Log") ? "get" : "connect";
    for (String method : methods) {
      String verb =
          action.equals("get")
              ? "read"
              : "connect" + method.substring(0, 1).toUpperCase(Locale.ROOT) + method.substring(1);
      add(
          path,
          operation(method, action, verb, suffix, "Connects to one.", as, "", "").with(query));
    }
  }

  private void add(String path, Draft draft) {
    paths.computeIfAbsent(path, p -> new ArrayList<>()).add(draft.operation());
  }

  private Draft operation(
      String method,
      String action,
      String verb,
      String suffix,
      String description,
      GroupVersionKind as,
      String body,
      String answer) {
    String group = kind.group().isEmpty() ? "core" : kind.group().replaceAll("\\..*", "");
    boolean everywhere = suffix.equals("ForAllNamespaces");
    String id =
        verb
            + capital(group)
            + capital(kind.version())
            + (kind.namespaced() && !everywhere ? "Namespaced" : "")
            + kind.kind()
            + suffix;
    return new Draft(
        new Operation(method, action, id, description, as, body, answer, List.of(200), List.of()));
  }

  private static String capital(String word) {
    return word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1);
  }

  /** An operation whose rest is still to be said. */
  private record Draft(Operation operation) {

    Draft with(List<Parameter> query) {
      Operation o = operation;
      return new Draft(
          new Operation(
              o.method(),
              o.action(),
              o.id(),
              o.description(),
              o.type(),
              o.body(),
              o.answer(),
              o.success(),
              query));
    }

    Draft answering(List<Integer> codes) {
      Operation o = operation;
      return new Draft(
          new Operation(
              o.method(),
              o.action(),
              o.id(),
              o.description(),
              o.type(),
              o.body(),
              o.answer(),
              codes,
              o.parameters()));
    }
  }
}
