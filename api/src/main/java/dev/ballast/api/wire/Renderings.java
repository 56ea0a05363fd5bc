package dev.ballast.api.wire;

import dev.ballast.core.time.Now;
import dev.ballast.kinds.Kind;
import java.util.Optional;

/** From what was asked for to how it is rendered. Pure. */
public final class Renderings {

  private Renderings() {}

  /**
   * @param includeObject the query parameter of that name, "" when absent
   * @return empty when includeObject is none of None, Metadata, Object
   */
  public static Optional<Rendering> of(
      Kind kind, Representation wanted, String includeObject, Now now) {
    return switch (wanted.form()) {
      case OBJECT -> Optional.of(new PlainRendering(kind));
      case METADATA -> Optional.of(new MetadataRendering(wanted.metaVersion()));
      case TABLE ->
          include(includeObject)
              .map(include -> new TableRendering(kind, wanted.metaVersion(), include, now));
    };
  }

  private static Optional<TableRendering.Include> include(String text) {
    return switch (text) {
      case "", "Metadata" -> Optional.of(TableRendering.Include.METADATA);
      case "None" -> Optional.of(TableRendering.Include.NONE);
      case "Object" -> Optional.of(TableRendering.Include.OBJECT);
      default -> Optional.empty();
    };
  }
}
