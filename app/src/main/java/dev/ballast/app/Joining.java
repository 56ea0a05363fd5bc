package dev.ballast.app;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ballast.client.Answer;
import dev.ballast.client.ApiClient;
import dev.ballast.client.Trust;
import dev.ballast.core.identity.NodeToken;
import dev.ballast.core.resource.Json;
import dev.ballast.core.time.Now;
import dev.ballast.core.time.Timers;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a machine becomes a member: it fetches what every member has from one of them, starts, and
 * then asks for its vote. Dying in between leaves what goes on when it is started with the same
 * options.
 *
 * @param servers of members that are there already
 * @param tokenFile the member token of one of them
 * @param patience with members that do not answer yet, or have no leader for a moment
 */
record Joining(List<URI> servers, Path tokenFile, Timers timers, Duration patience) {

  private static final Logger LOG = LoggerFactory.getLogger(Joining.class);
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final Duration BETWEEN_ATTEMPTS = Duration.ofSeconds(1);
  private static final int NOT_FOUND = 404;
  private static final int CONFLICT = 409;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final String MEMBERS = "/apis/ballast.dev/v1/members";

  Joining(List<URI> servers, Path tokenFile, Timers timers) {
    this(servers, tokenFile, timers, PATIENCE);
  }

  /**
   * @return who this member is from now on
   * @throws StartFailure in words for a person
   */
  MemberFile fetch(Path data, String address, String url) {
    requireEmpty(data);
    return Welcome.kept(data, address)
        .orElseGet(() -> ask(data, address, url))
        .settle(data, step -> {});
  }

  private Welcome ask(Path data, String address, String url) {
    byte[] body = Json.bytes(Json.object().put("address", address).put("url", url));
    // Of who cannot begin a group it is to be told at once.
    Answer answer = persist(MEMBERS, body, refused -> refused.failure().code() >= 500);
    return Welcome.keep(data, done(answer), address, url);
  }

  /** Nobody else's files, and no other cluster's. */
  private static void requireEmpty(Path data) {
    if (Files.exists(data.resolve(Backup.STATE))
        || Files.exists(data.resolve("ca.key")) && !Welcome.isKept(data)) {
      throw new StartFailure(
          data + " holds a cluster already: join with an empty directory, or start without --join");
    }
    Vacancy.require(data, Welcome.leftovers(data), "join with an empty or absent directory");
  }

  /**
   * Blocks until the group counts on this member. Asking twice changes nothing.
   *
   * @throws StartFailure in words for a person
   */
  void askForVote(MemberFile self, Path data) {
    Answer answer =
        persist(
            MEMBERS + "/" + self.id(),
            new byte[0],
            refused -> refused.failure().code() >= 500 || refused.failure().code() == CONFLICT);
    if (answer instanceof Answer.Refused refused && refused.failure().code() == NOT_FOUND) {
      throw new StartFailure(
          "cannot join: %s. Move %s away, and join anew with an empty directory"
              .formatted(reason(answer), data));
    }
    done(answer);
  }

  /**
   * Asks until there is an answer that stays as it is, but not for ever.
   *
   * @param passing whether a refusal may be another one in a moment
   */
  private Answer persist(String path, byte[] body, Predicate<Answer.Refused> passing) {
    JoinToken given = new JoinToken(requireTokenFile(), "member-token");
    NodeToken token = given.read();
    Now began = timers.now();
    for (int attempt = 1; ; attempt++) {
      Answer answer = post(given, token, path, body);
      boolean again =
          switch (answer) {
            case Answer.Done done -> false;
            case Answer.Refused refused ->
                passing.test(refused) || refused.failure().code() == TOO_MANY_REQUESTS;
            case Answer.Unreachable lost -> true;
          };
      if (!again || timers.now().since(began).compareTo(patience) > 0) {
        return answer;
      }
      if (attempt == 1) {
        System.err.println(
            "ballast: not yet, asking again for %d s: %s"
                .formatted(patience.toSeconds(), reason(answer)));
      }
      LOG.debug("asking again: {}", answer);
      LockSupport.parkNanos(BETWEEN_ATTEMPTS.toNanos());
    }
  }

  /**
   * @throws StartFailure when it is another cluster
   */
  private Answer post(JoinToken given, NodeToken token, String path, byte[] body) {
    try (ApiClient client =
        new ApiClient(
            servers, Trust.ofPem(given.authority(servers, token)), token::secret, timers)) {
      return client.post(path, body);
    } catch (IOException e) {
      return new Answer.Unreachable(e.getMessage(), false);
    }
  }

  private Path requireTokenFile() {
    if (tokenFile == null) {
      throw new StartFailure(
          "--join needs --token-file: the file member-token of a member's data directory");
    }
    return tokenFile;
  }

  private JsonNode done(Answer answer) {
    if (answer instanceof Answer.Done done) {
      return done.json();
    }
    throw new StartFailure("cannot join: " + reason(answer));
  }

  private String reason(Answer answer) {
    return switch (answer) {
      case Answer.Done done -> "done";
      case Answer.Unreachable lost -> lost.reason();
      case Answer.Refused refused -> {
        int code = refused.failure().code();
        yield code == 401 || code == 403
            ? "%s is not taken for a member token of this cluster (%s): copy member-token from a member's data directory"
                .formatted(tokenFile, refused.failure().message())
            : refused.failure().message();
      }
    };
  }
}
