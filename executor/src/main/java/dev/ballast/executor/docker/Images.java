package dev.ballast.executor.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectImageResponse;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import dev.ballast.core.container.Image;
import dev.ballast.core.container.RuntimeResult;
import dev.ballast.core.container.RuntimeUnavailableException;
import dev.ballast.core.time.Now;
import dev.ballast.core.time.Timers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The images on the engine, asked for no oftener than is needed. Thread-safe. */
final class Images {

  private static final Logger LOG = LoggerFactory.getLogger(Images.class);

  /** How long an image that was there is taken to be there still; creating it finds out. */
  private static final Duration STAYS = Duration.ofSeconds(2);

  private record Present(Image image, Now at) {}

  private final Engine engine;
  private final Timers timers;
  private final Map<String, Present> seen = new ConcurrentHashMap<>();

  Images(Engine engine, Timers timers) {
    this.engine = engine;
    this.timers = timers;
  }

  /** Sandboxes are made of it; the engine is given it where it has none. */
  void ensurePauseImage() {
    String reference = PauseImage.REFERENCE;
    if (find(reference).isPresent()) {
      return;
    }
    String architecture = engine.quick().infoCmd().exec().getArchitecture();
    byte[] tar =
        PauseImage.tar(architecture)
            .orElseThrow(
                () ->
                    new RuntimeUnavailableException(
                        "no pause program for processor "
                            + architecture
                            + ": provide an image "
                            + reference
                            + " whose "
                            + PauseImage.PROGRAM
                            + " waits for ever",
                        null));
    engine.importImage(reference, tar);
  }

  /** The image as it lies on this machine. */
  Optional<Image> find(String reference) {
    Now now = timers.now();
    Present known = seen.get(reference);
    if (known != null && now.since(known.at()).compareTo(STAYS) < 0) {
      return Optional.of(known.image());
    }
    Optional<Image> found = ask(reference);
    found.ifPresentOrElse(
        image -> seen.put(reference, new Present(image, now)), () -> seen.remove(reference));
    return found;
  }

  /** Always asks the engine. */
  Optional<Image> ask(String reference) {
    seen.remove(reference);
    try {
      InspectImageResponse found =
          engine.ask(() -> engine.quick().inspectImageCmd(reference).exec());
      String user = found.getConfig() == null ? null : found.getConfig().getUser();
      return Optional.of(
          new Image(
              found.getId(),
              nonNull(found.getRepoTags()),
              nonNull(found.getRepoDigests()),
              found.getSize() == null ? 0 : found.getSize(),
              user == null ? "" : user));
    } catch (NotFoundException e) {
      return Optional.empty();
    } catch (DockerException e) {
      LOG.debug("no image {}", reference, e);
      return Optional.empty();
    }
  }

  private static List<String> nonNull(List<String> list) {
    return list == null ? List.of() : list;
  }

  List<Image> all() {
    DockerClient quick = engine.quick();
    return engine.ask(() -> quick.listImagesCmd().exec()).stream()
        .map(
            image ->
                new Image(
                    image.getId(),
                    image.getRepoTags() == null ? List.of() : List.of(image.getRepoTags()),
                    image.getRepoDigests() == null ? List.of() : List.of(image.getRepoDigests()),
                    image.getSize() == null ? 0 : image.getSize(),
                    ""))
        .toList();
  }

  RuntimeResult remove(String id) {
    seen.clear();
    try {
      engine.ask(() -> engine.quick().removeImageCmd(id).exec());
      return new RuntimeResult.Done(id);
    } catch (NotFoundException e) {
      return new RuntimeResult.Done(id);
    } catch (DockerException e) {
      return new RuntimeResult.Refused("Conflict", Answers.words(e));
    }
  }

  /** It turned out not to be there. */
  void forget(String reference) {
    seen.remove(reference);
  }
}
