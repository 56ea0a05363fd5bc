package dev.ballast.kinds.schema;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;

/**
 * The named object types of the Kubernetes API, read once from the schema data (its format is
 * described at the head of {@code kubernetes.txt}). Immutable.
 */
public final class SchemaCatalog {

  private static final String CORE_PREFIX = "io.k8s.api.";
  private static final String META_PREFIX = "io.k8s.apimachinery.pkg.apis.";

  /** Of groups that are none of Kubernetes' own: their domain, backwards. */
  private static final Map<String, String> PREFIXES =
      Map.of("ballast.", "dev.", "karpenter.", "sh.", "kwok.", "sh.", "meta.", META_PREFIX);

  private final Map<String, NamedType> types;

  private SchemaCatalog(Map<String, NamedType> types) {
    this.types = types;
  }

  /** The types that Ballast is built with; takes a few milliseconds. */
  public static SchemaCatalog kubernetes() {
    try (InputStream data = SchemaCatalog.class.getResourceAsStream("kubernetes.txt")) {
      return read(new BufferedReader(new InputStreamReader(data, StandardCharsets.UTF_8)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * @throws IllegalArgumentException naming the line that breaks the format
   */
  public static SchemaCatalog read(BufferedReader data) throws IOException {
    return new SchemaCatalog(new SchemaReader().read(data));
  }

  /**
   * @param name as the data writes it: {@code core.v1.Pod}, {@code meta.v1.Status}
   * @throws IllegalArgumentException when there is none
   */
  public Schema.ObjectType type(String name) {
    NamedType type = types.get(name);
    if (type == null) {
      throw new IllegalArgumentException("no type " + name + " in the schema data");
    }
    return type;
  }

  /** The same, empty when there is none. */
  public Optional<Schema.ObjectType> find(String name) {
    return Optional.ofNullable(types.get(name));
  }

  /** All types, in the order of the data. */
  public Collection<? extends Schema.ObjectType> all() {
    return types.values();
  }

  /** {@code core.v1.Pod} to {@code io.k8s.api.core.v1.Pod}. */
  static String definitionName(String name) {
    return PREFIXES.getOrDefault(name.substring(0, name.indexOf('.') + 1), CORE_PREFIX) + name;
  }
}
