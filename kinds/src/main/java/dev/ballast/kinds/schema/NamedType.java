package dev.ballast.kinds.schema;

import java.util.Map;

/**
 * An object type of the schema data. Filled by the reader in a second pass, since types refer to
 * each other in circles; immutable afterwards.
 */
final class NamedType implements Schema.ObjectType {

  private final String name;
  private final boolean atomic;
  private final String description;
  private Map<String, Schema.Field> fields = Map.of();

  NamedType(String name, boolean atomic, String description) {
    this.name = name;
    this.atomic = atomic;
    this.description = description;
  }

  /** Once, by the reader. */
  void fill(Map<String, Schema.Field> all) {
    fields = all;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Map<String, Schema.Field> fields() {
    return fields;
  }

  @Override
  public boolean preserveUnknown() {
    return false;
  }

  @Override
  public boolean atomic() {
    return atomic;
  }

  @Override
  public String description() {
    return description;
  }

  @Override
  public String toString() {
    return name;
  }
}
