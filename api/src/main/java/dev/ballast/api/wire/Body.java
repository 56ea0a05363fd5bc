package dev.ballast.api.wire;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** What became of a request body. */
public sealed interface Body {

  /**
   * @param duplicates complaints {@code duplicate field "spec.replicas"}; the last value counts
   */
  record Decoded(JsonNode tree, List<String> duplicates) implements Body {
    public Decoded {
      duplicates = List.copyOf(duplicates);
    }
  }

  /**
   * @param why for a person: what is wrong, and where
   */
  record Malformed(String why) implements Body {}

  /** The media type is none that can be read here. */
  record Unsupported(String mediaType) implements Body {}
}
