package dev.ballast.executor.simulated;

import dev.ballast.core.container.Image;
import dev.ballast.core.container.PullResult;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The images of a simulated machine: their names say all. Guarded by its runtime. */
final class SimulatedImages {

  private final Set<String> pulled = new LinkedHashSet<>();

  /** Images made here are always there, so that they need no pull in a simulation either. */
  Optional<Image> find(String reference) {
    boolean present = pulled.contains(reference) || reference.startsWith("ballast.local/");
    return present ? Optional.of(image(reference)) : Optional.empty();
  }

  List<Image> all() {
    return pulled.stream().map(SimulatedImages::image).toList();
  }

  void remove(String id) {
    pulled.removeIf(reference -> image(reference).id().equals(id));
  }

  /** A reference that holds {@code no-such} cannot be pulled. */
  PullResult pull(String reference, boolean down) {
    if (down || reference.contains("no-such")) {
      return new PullResult.Failed("ErrImagePull", "image \"" + reference + "\" not found");
    }
    pulled.add(reference);
    return new PullResult.Pulled(image(reference));
  }

  private static Image image(String reference) {
    String id = String.format("sha256:%064x", Integer.toUnsignedLong(reference.hashCode()));
    return new Image(id, List.of(reference), List.of(), 1 << 20, "");
  }
}
