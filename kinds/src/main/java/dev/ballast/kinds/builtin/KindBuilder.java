package dev.ballast.kinds.builtin;

import dev.ballast.kinds.Column;
import dev.ballast.kinds.Hooks;
import dev.ballast.kinds.Kind;
import dev.ballast.kinds.schema.Schema;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Spells a built-in kind with what most of them share left out: namespaced, all verbs, singular
 * from the kind, no subresource. Used by one thread.
 */
final class KindBuilder {

  private static final Set<String> ALL_VERBS =
      Set.of("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch");

  private final String group;
  private final String version;
  private final String kind;
  private final String plural;
  private final Schema schema;
  private List<String> shortNames = List.of();
  private List<String> categories = List.of();
  private boolean namespaced = true;
  private Set<String> subresources = Set.of();
  private Set<String> verbs = ALL_VERBS;
  private Set<String> fields = Set.of();
  private List<Column> columns = Columns.NAME_AND_AGE;
  private Hooks hooks = new MetadataHooks(MetadataHooks.NameSyntax.SUBDOMAIN);

  KindBuilder(String group, String version, String kind, String plural, Schema schema) {
    this.group = group;
    this.version = version;
    this.kind = kind;
    this.plural = plural;
    this.schema = schema;
  }

  KindBuilder shortNames(String... names) {
    shortNames = List.of(names);
    return this;
  }

  /** In the category that {@code kubectl get all} lists. */
  KindBuilder inAll() {
    return categories("all");
  }

  KindBuilder categories(String... names) {
    categories = List.of(names);
    return this;
  }

  KindBuilder clusterScoped() {
    namespaced = false;
    return this;
  }

  KindBuilder subresources(String... names) {
    subresources = Set.of(names);
    return this;
  }

  KindBuilder verbs(String... names) {
    verbs = Set.of(names);
    return this;
  }

  KindBuilder selectable(String... paths) {
    fields = Set.of(paths);
    return this;
  }

  KindBuilder columns(List<Column> all) {
    columns = all;
    return this;
  }

  KindBuilder hooks(Hooks own) {
    hooks = own;
    return this;
  }

  Kind build() {
    return new Kind(
        group,
        version,
        kind,
        plural,
        kind.toLowerCase(Locale.ROOT),
        shortNames,
        categories,
        namespaced,
        schema,
        subresources,
        verbs,
        fields,
        columns,
        hooks);
  }
}
