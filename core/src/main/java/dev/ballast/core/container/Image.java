package dev.ballast.core.container;

import java.util.List;

/**
 * An image on this machine.
 *
 * @param id the engine's id, {@code sha256:…}
 * @param references tags
 * @param digests {@code repository@sha256:…}; empty for an image made here
 * @param user what its processes run as; "" or 0 for root
 */
public record Image(
    String id, List<String> references, List<String> digests, long bytes, String user) {
  public Image {
    references = List.copyOf(references);
    digests = List.copyOf(digests);
  }
}
