package dev.ballast.api.wire;

import java.util.Optional;

/**
 * The form in which a client wants objects, from its Accept header.
 *
 * @param metaVersion version of meta.k8s.io for all forms but OBJECT: v1 or v1beta1
 * @param yaml else JSON
 */
public record Representation(Form form, String metaVersion, boolean yaml) {

  public static final Representation PLAIN = new Representation(Form.OBJECT, "", false);

  public enum Form {
    OBJECT,
    TABLE,
    METADATA
  }

  /**
   * The first clause that can be served. Clients that would rather have protobuf get JSON. Empty
   * when nothing fits: 406.
   */
  public static Optional<Representation> of(String accept) {
    if (accept.isBlank()) {
      return Optional.of(PLAIN);
    }
    boolean wantsProtobuf = false;
    for (MediaType clause : MediaType.accepted(accept)) {
      Optional<Representation> found = of(clause);
      if (found.isPresent()) {
        return found;
      }
      wantsProtobuf |= clause.name().equals(MediaType.PROTOBUF) && clause.parameter("as").isEmpty();
    }
    return wantsProtobuf ? Optional.of(PLAIN) : Optional.empty();
  }

  private static Optional<Representation> of(MediaType clause) {
    boolean json = clause.includes(MediaType.JSON);
    boolean yaml = !json && clause.includes(MediaType.YAML);
    if (!json && !yaml) {
      return Optional.empty();
    }
    String version = clause.parameter("v");
    boolean meta =
        clause.parameter("g").equals("meta.k8s.io")
            && (version.equals("v1") || version.equals("v1beta1"));
    return switch (clause.parameter("as")) {
      case "" -> Optional.of(new Representation(Form.OBJECT, "", yaml));
      case "Table" ->
          meta ? Optional.of(new Representation(Form.TABLE, version, yaml)) : Optional.empty();
      case "PartialObjectMetadata", "PartialObjectMetadataList" ->
          meta ? Optional.of(new Representation(Form.METADATA, version, yaml)) : Optional.empty();
      default -> Optional.empty();
    };
  }
}
