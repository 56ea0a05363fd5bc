package dev.ballast.executor.docker;

import com.github.dockerjava.api.command.PullImageCmd;
import com.github.dockerjava.api.command.PullImageResultCallback;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.AuthConfig;
import dev.ballast.core.container.Image;
import dev.ballast.core.container.PullResult;
import dev.ballast.core.container.RegistryLogin;
import dev.ballast.core.time.Timers;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/** Pulls under way; equal ones (same reference, same login) share one. Thread-safe. */
final class Pulls {

  private record Key(String reference, Optional<RegistryLogin> login) {}

  private final Engine engine;
  private final Timers timers;
  private final Function<String, Optional<Image>> images;
  private final Map<Key, List<Consumer<PullResult>>> waiting = new HashMap<>();

  Pulls(Engine engine, Timers timers, Function<String, Optional<Image>> images) {
    this.engine = engine;
    this.timers = timers;
    this.images = images;
  }

  void begin(String reference, Optional<RegistryLogin> login, Consumer<PullResult> done) {
    Key key = new Key(reference, login);
    synchronized (waiting) {
      List<Consumer<PullResult>> others = waiting.get(key);
      if (others != null) {
        others.add(done);
        return;
      }
      waiting.put(key, new ArrayList<>(List.of(done)));
    }
    timers.execute(
        () -> {
          PullResult result = pull(key);
          List<Consumer<PullResult>> told;
          synchronized (waiting) {
            told = waiting.remove(key);
          }
          told.forEach(each -> each.accept(result));
        });
  }

  private PullResult pull(Key key) {
    try {
      PullImageCmd command = engine.patient().pullImageCmd(withTag(key.reference()));
      command.withAuthConfig(
          key.login()
              .map(
                  login ->
                      new AuthConfig()
                          .withRegistryAddress(login.registry())
                          .withUsername(login.username())
                          .withPassword(login.password()))
              .orElseGet(AuthConfig::new));
      command.exec(new PullImageResultCallback()).awaitCompletion();
      return images
          .apply(key.reference())
          .<PullResult>map(PullResult.Pulled::new)
          .orElseGet(() -> failed(key, "the engine pulled it and yet does not have it"));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return failed(key, "interrupted");
    } catch (DockerException e) {
      return failed(key, e.getMessage());
    } catch (RuntimeException e) {
      return failed(key, String.valueOf(e.getMessage()));
    }
  }

  private static PullResult failed(Key key, String message) {
    boolean invalid = message.contains("invalid reference format");
    return new PullResult.Failed(
        invalid ? "InvalidImageName" : "ErrImagePull",
        "Failed to pull image \"" + key.reference() + "\": " + message.strip());
  }

  /** Without a tag the engine would pull all of them. */
  private static String withTag(String reference) {
    boolean tagged =
        reference.indexOf('@') >= 0 || reference.lastIndexOf(':') > reference.lastIndexOf('/');
    return tagged ? reference : reference + ":latest";
  }
}
