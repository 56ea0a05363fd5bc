package dev.ballast.executor.volume;

import dev.ballast.core.time.Timers;
import dev.ballast.executor.assemble.AssemblyException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Keeps pods' tokens and renews each when four fifths of its life are over. Thread-safe. */
final class TokenCache {

  private record Held(String token, Instant renewAt) {}

  private final Tokens tokens;
  private final Timers timers;
  private final Map<Tokens.Request, Held> held = new ConcurrentHashMap<>();

  TokenCache(Tokens tokens, Timers timers) {
    this.tokens = tokens;
    this.timers = timers;
  }

  String token(Tokens.Request request) throws AssemblyException {
    Instant now = timers.now().wall();
    Held known = held.get(request);
    if (known != null && now.isBefore(known.renewAt())) {
      return known.token();
    }
    return switch (tokens.request(request)) {
      case Tokens.Result.Issued issued -> {
        Duration life = Duration.between(now, issued.expiresAt());
        held.put(request, new Held(issued.token(), now.plus(life.multipliedBy(4).dividedBy(5))));
        yield issued.token();
      }
      case Tokens.Result.Failed failed ->
          throw new AssemblyException(
              "FailedMount",
              "failed to fetch a token for service account "
                  + request.namespace()
                  + "/"
                  + request.serviceAccount()
                  + ": "
                  + failed.failure().message());
    };
  }

  void forget(String podUid) {
    held.keySet().removeIf(request -> request.podUid().equals(podUid));
  }
}
