package dev.ballast.executor.docker;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.command.PullImageCmd;
import com.github.dockerjava.api.model.AuthConfig;
import com.github.dockerjava.api.model.PullResponseItem;
import dev.ballast.core.container.Image;
import dev.ballast.core.container.PullResult;
import dev.ballast.core.container.RegistryLogin;
import dev.ballast.core.time.Timers;
import java.io.Closeable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
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
      Optional<String> refusal = command.exec(new Outcome()).await();
      return refusal.isPresent()
          ? failed(key, refusal.get())
          : images
              .apply(key.reference())
              .<PullResult>map(PullResult.Pulled::new)
              .orElseGet(() -> failed(key, "the engine pulled it and yet does not have it"));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return failed(key, "interrupted");
    } catch (RuntimeException e) {
      return failed(key, Answers.words(e));
    }
  }

  /** In the kubelet's words. */
  private static PullResult failed(Key key, String message) {
    String name = "\"" + key.reference() + "\": ";
    return message.contains("invalid reference format")
        ? new PullResult.Failed(
            "InvalidImageName",
            "Failed to apply default image tag "
                + name
                + "couldn't parse image name "
                + name
                + message)
        : new PullResult.Failed("ErrImagePull", message);
  }

  /** Without a tag the engine would pull all of them. */
  private static String withTag(String reference) {
    boolean tagged =
        reference.indexOf('@') >= 0 || reference.lastIndexOf(':') > reference.lastIndexOf('/');
    return tagged ? reference : reference + ":latest";
  }

  /** How a pull ends: by its stream, or by an error that comes in it. */
  private static final class Outcome implements ResultCallback<PullResponseItem> {

    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile String refusal;

    Optional<String> await() throws InterruptedException {
      ended.await();
      return Optional.ofNullable(refusal);
    }

    @Override
    public void onStart(Closeable stream) {}

    @Override
    public void onNext(PullResponseItem item) {
      if (item.isErrorIndicated()) {
        refusal =
            item.getErrorDetail() == null
                ? "the engine says no more"
                : String.valueOf(item.getErrorDetail().getMessage());
      }
    }

    @Override
    public void onError(Throwable cause) {
      refusal = Answers.words(cause);
      ended.countDown();
    }

    @Override
    public void onComplete() {
      ended.countDown();
    }

    @Override
    public void close() {
      ended.countDown();
    }
  }
}
