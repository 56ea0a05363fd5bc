package dev.ballast.kinds.builtin;

import dev.ballast.core.resource.ResourceType;
import dev.ballast.kinds.Kind;
import dev.ballast.kinds.KindRegistry;
import dev.ballast.kinds.schema.Schema;
import dev.ballast.kinds.schema.SchemaCatalog;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The kinds that every Ballast serves: names, short names, categories, verbs, subresources and
 * selectable fields as kube-apiserver 1.33 has them. Immutable.
 */
public final class BuiltinKinds implements KindRegistry {

  private final SchemaCatalog types = SchemaCatalog.kubernetes();
  private final List<Kind> all;
  private final Map<String, Kind> byPlural = new HashMap<>();
  private final Map<String, Kind> byKind = new HashMap<>();
  private final Map<ResourceType, Kind> stored = new HashMap<>();

  public BuiltinKinds() {
    List<Kind> kinds = new ArrayList<>();
    kinds.addAll(CoreKinds.all(types));
    kinds.addAll(GroupKinds.all(types));
    kinds.addAll(BallastKinds.all(types));
    kinds.addAll(PoolKinds.all(types));
    kinds.sort(
        Comparator.comparing(Kind::group).thenComparing(Kind::version).thenComparing(Kind::plural));
    all = List.copyOf(kinds);
    for (Kind kind : all) {
      byPlural.put(kind.apiVersion() + "/" + kind.plural(), kind);
      byKind.put(kind.apiVersion() + "/" + kind.kind(), kind);
      stored.put(kind.type(), kind);
    }
  }

  @Override
  public List<Kind> all() {
    return all;
  }

  @Override
  public Optional<Kind> byPlural(String group, String version, String plural) {
    return Optional.ofNullable(byPlural.get(apiVersion(group, version) + "/" + plural));
  }

  @Override
  public Optional<Kind> byKind(String group, String version, String kind) {
    return Optional.ofNullable(byKind.get(apiVersion(group, version) + "/" + kind));
  }

  @Override
  public Optional<Kind> stored(ResourceType type) {
    return Optional.ofNullable(stored.get(type));
  }

  /**
   * The schema of something that is posted but is no kind: {@code core.v1.Binding}, {@code
   * policy.v1.Eviction}, {@code autoscaling.v1.Scale}, {@code authentication.v1.TokenRequest},
   * {@code meta.v1.DeleteOptions}, {@code meta.v1.Status}.
   *
   * @throws IllegalArgumentException when there is none of that name
   */
  public Schema.ObjectType type(String name) {
    return types.type(name);
  }

  /** All types of the schema data, lists and subresources' bodies too. */
  public SchemaCatalog types() {
    return types;
  }

  private static String apiVersion(String group, String version) {
    return group.isEmpty() ? version : group + "/" + version;
  }
}
