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
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a machine becomes a member: it fetches what every member has from one of them, starts, and
 * then asks for its vote. Dying in between leaves a member without a vote, which asks again when it
 * is started with the same options.
 *
 * @param servers of members that are there already
 * @param tokenFile the member token of one of them
 */
record Joining(List<URI> servers, Path tokenFile, Timers timers) {

  private static final Logger LOG = LoggerFactory.getLogger(Joining.class);
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final Duration BETWEEN_ATTEMPTS = Duration.ofSeconds(1);

  /**
   * @return who this member is from now on
   * @throws StartFailure in words for a person
   */
  MemberFile fetch(Path data, String address, String url) {
    requireEmpty(data);
    NodeToken token = token();
    try (ApiClient client = client(token)) {
      byte[] body = Json.bytes(Json.object().put("address", address).put("url", url));
      JsonNode answer = answer(client.post("/apis/ballast.dev/v1/members", body));
      answer
          .path("files")
          .properties()
          .forEach(file -> write(data, file.getKey(), file.getValue()));
      MemberFile self =
          new MemberFile(
              answer.path("id").asText(),
              UUID.fromString(answer.path("group").asText()),
              address,
              url,
              false);
      self.write(data);
      return self;
    }
  }

  private static void write(Path data, String name, JsonNode content) {
    if (!SecretFiles.SHARED.contains(name)) {
      return;
    }
    try {
      SecretFiles.write(data, name, content.binaryValue());
    } catch (IOException e) {
      throw new StartFailure("the member sent " + name + " in a form nobody knows", e);
    }
  }

  private static void requireEmpty(Path data) {
    if (Files.exists(data.resolve("state.db")) || Files.exists(data.resolve("ca.key"))) {
      throw new StartFailure(
          data + " holds a cluster already: join with an empty directory, or start without --join");
    }
  }

  /**
   * Blocks until the group counts on this member. A group that is busy, or has no leader for a
   * moment, is asked again: asking twice changes nothing.
   */
  void askForVote(MemberFile self) {
    NodeToken token = token();
    Now began = timers.now();
    try (ApiClient client = client(token)) {
      while (true) {
        Answer answer = client.post("/apis/ballast.dev/v1/members/" + self.id(), new byte[0]);
        if (answer instanceof Answer.Done || timers.now().since(began).compareTo(PATIENCE) > 0) {
          answer(answer);
          return;
        }
        LOG.info("no vote yet, asking again: {}", answer);
        LockSupport.parkNanos(BETWEEN_ATTEMPTS.toNanos());
      }
    }
  }

  private NodeToken token() {
    if (tokenFile == null) {
      throw new StartFailure(
          "--join needs --token-file: the file member-token of a member's data directory");
    }
    try {
      return NodeToken.parse(Files.readString(tokenFile))
          .orElseThrow(() -> new StartFailure(tokenFile + " holds no member token"));
    } catch (IOException e) {
      throw new StartFailure("cannot read the token file " + tokenFile + ": " + e.getMessage(), e);
    }
  }

  private ApiClient client(NodeToken token) {
    try {
      return new ApiClient(
          servers, Trust.ofPem(Trust.fetch(servers, token)), token::secret, timers);
    } catch (IOException e) {
      throw new StartFailure("cannot join: " + e.getMessage(), e);
    }
  }

  private static JsonNode answer(Answer answer) {
    return switch (answer) {
      case Answer.Done done -> done.json();
      case Answer.Refused refused ->
          throw new StartFailure("cannot join: " + refused.failure().message());
      case Answer.Unreachable lost -> throw new StartFailure("cannot join: " + lost.reason());
    };
  }
}
