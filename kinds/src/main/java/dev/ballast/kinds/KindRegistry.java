package dev.ballast.kinds;

import dev.ballast.core.resource.ResourceType;
import java.util.List;
import java.util.Optional;

/** The kinds served now. Thread-safe; kinds may come and go (CustomResourceDefinitions will). */
public interface KindRegistry {

  /** In discovery order: core group first, then groups by name, plural by plural. */
  List<Kind> all();

  Optional<Kind> byPlural(String group, String version, String plural);

  Optional<Kind> byKind(String group, String version, String kind);

  /** The kind in its storage version. */
  Optional<Kind> stored(ResourceType type);
}
