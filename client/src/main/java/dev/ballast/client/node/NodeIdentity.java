package dev.ballast.client.node;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.client.Answer;
import dev.ballast.client.ApiClient;
import dev.ballast.client.Backoff;
import dev.ballast.core.identity.NodeProof;
import dev.ballast.core.model.Node;
import dev.ballast.core.resource.Json;
import dev.ballast.core.status.Failure;
import dev.ballast.core.time.Timers;
import java.io.IOException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node's credential: got once by the bootstrap token and the agent's own key, kept in the agent's
 * directory, renewed at half of its life by itself, and got anew by the bootstrap token when a
 * server no longer takes it (the Node was deleted, or the agent was away too long). Thread-safe.
 */
public final class NodeIdentity implements ApiClient.Credentials, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(NodeIdentity.class);

  /** A token kept from before says not how old it is, so it is renewed soon. */
  private static final Duration SOON = Duration.ofMinutes(1);

  private final String node;
  private final Node.Spec registered;
  private final String bootstrap;
  private final KeyFile file;
  private final KeyPair key;
  private final Function<String, ApiClient> clients;
  private final Timers timers;
  private final Backoff backoff;
  private final AtomicBoolean asking = new AtomicBoolean();
  private volatile String token;
  private volatile Timers.Scheduled renewal = () -> {};
  private volatile Runnable onJoin = () -> {};
  private volatile boolean closed;

  private NodeIdentity(
      String node,
      Node.Spec registered,
      String bootstrap,
      KeyFile file,
      Function<String, ApiClient> clients,
      Timers timers,
      RandomGenerator random)
      throws IOException {
    this.node = node;
    this.registered = registered;
    this.bootstrap = bootstrap;
    this.file = file;
    this.key = file.key();
    this.token = file.token();
    this.clients = clients;
    this.timers = timers;
    this.backoff = Backoff.forLinks(random);
  }

  /**
   * Reads or makes the key, and asks for a credential if there is none yet. A server that cannot be
   * reached is asked again for ever, in the background. Blocks.
   *
   * @param directory the agent's own, mode 0700
   * @param registered the providerID and the taints that the Node is made with, if there is none
   * @param bootstrap the secret of the cluster's node token
   * @param clients a client that shows a certain token; closed after use
   * @throws IOException when the directory cannot be used
   * @throws RefusedException when the server refuses the name: another agent holds it
   */
  public static NodeIdentity open(
      Path directory,
      String node,
      Node.Spec registered,
      String bootstrap,
      Function<String, ApiClient> clients,
      Timers timers,
      RandomGenerator random)
      throws IOException, RefusedException {
    NodeIdentity identity =
        new NodeIdentity(
            node, registered, bootstrap, new KeyFile(directory), clients, timers, random);
    if (identity.token.isEmpty()) {
      Optional<Failure> refused = identity.ask();
      if (refused.isPresent()) {
        identity.close();
        throw new RefusedException(refused.get());
      }
    } else {
      identity.later(SOON);
    }
    return identity;
  }

  /** The server will not have this agent under this name. */
  public static final class RefusedException extends Exception {
    private static final long serialVersionUID = 1;

    RefusedException(Failure failure) {
      super(failure.message());
    }
  }

  /** Runs after each time that a credential was got; must return at once. */
  public void onJoin(Runnable task) {
    onJoin = task;
  }

  /** Something that no server takes while there is no credential yet. */
  @Override
  public String token() {
    String now = token;
    return now.isEmpty() ? "none-yet" : now;
  }

  @Override
  public void refused(String shown) {
    if (shown.equals(token) && !asking.get()) {
      LOG.info("node {}: its credential is no longer taken; asking for a new one", node);
      token = "";
      timers.execute(this::ask);
    }
  }

  @Override
  public void close() {
    closed = true;
    renewal.cancel();
  }

  /** One at a time. Says what was refused for good; anything else is tried again later. */
  private Optional<Failure> ask() {
    if (closed || !asking.compareAndSet(false, true)) {
      return Optional.empty();
    }
    Answer answer;
    try {
      answer = token.isEmpty() ? ask(bootstrap) : renewed();
    } finally {
      asking.set(false);
    }
    return switch (answer) {
      case Answer.Done done -> {
        took(done.json());
        yield Optional.empty();
      }
      case Answer.Refused refused -> {
        LOG.warn("node {} gets no credential: {}", node, refused.failure().message());
        later(backoff.next());
        yield refused.failure().code() < 500 ? Optional.of(refused.failure()) : Optional.empty();
      }
      case Answer.Unreachable unreachable -> {
        LOG.warn("node {} cannot ask for its credential: {}", node, unreachable.reason());
        later(backoff.next());
        yield Optional.empty();
      }
    };
  }

  private Answer renewed() {
    Answer answer = ask(token);
    boolean stale = answer instanceof Answer.Refused refused && refused.failure().code() / 100 == 4;
    return stale ? ask(bootstrap) : answer;
  }

  private Answer ask(String shown) {
    String path = "/apis/ballast.dev/v1/nodes/" + node + "/credential";
    try (ApiClient client = clients.apply(shown)) {
      ObjectNode body = Json.object().put("publicKey", base64(key.getPublic().getEncoded()));
      body.set("spec", spec());
      Answer asked = client.post(path, Json.bytes(body));
      if (!(asked instanceof Answer.Done done)) {
        return asked;
      }
      String challenge = done.json().path("challenge").asText();
      body.put("challenge", challenge)
          .put("proof", base64(NodeProof.sign(key.getPrivate(), challenge)));
      return client.post(path, Json.bytes(body));
    }
  }

  private ObjectNode spec() {
    ObjectNode spec = Json.object();
    if (!registered.providerID().isEmpty()) {
      spec.put("providerID", registered.providerID());
    }
    for (Node.Taint taint : registered.taints()) {
      spec.withArrayProperty("taints")
          .addObject()
          .put("key", taint.key())
          .put("value", taint.value())
          .put("effect", taint.effect());
    }
    return spec;
  }

  private void took(ObjectNode credential) {
    token = credential.path("token").asText();
    backoff.reset();
    onJoin.run();
    try {
      file.keep(token);
    } catch (IOException e) {
      LOG.warn("node {}: its credential could not be kept: {}", node, e.toString());
    }
    later(Duration.ofSeconds(Math.max(1, credential.path("expirationSeconds").asLong() / 2)));
  }

  private void later(Duration delay) {
    renewal.cancel();
    if (!closed) {
      renewal = timers.schedule(delay, this::ask);
    }
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }
}
