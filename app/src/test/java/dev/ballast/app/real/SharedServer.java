package dev.ballast.app.real;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests a running server as the parameter {@link SharedServer.Running}. One server for each
 * kind of runtime serves all test classes of a run, because a start costs seconds; tests keep to
 * namespaces of their own.
 */
abstract class SharedServer implements ParameterResolver {

  /** With three simulated nodes. */
  static final class Simulated extends SharedServer {
    Simulated() {
      super(List.of("--runtime", "simulated", "--simulated-nodes", "2"));
    }
  }

  /** With this machine's container engine. */
  static final class Docker extends SharedServer {
    Docker() {
      super(List.of("--runtime", "docker"));
    }
  }

  private final List<String> options;

  private SharedServer(List<String> options) {
    this.options = options;
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext test) {
    return parameter.getParameter().getType() == Running.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext test) {
    return test.getRoot()
        .getStore(ExtensionContext.Namespace.create(SharedServer.class))
        .getOrComputeIfAbsent(getClass(), type -> new Running(options), Running.class);
  }

  /** A server, and a client of it for what a test prepares and checks besides its kubectl. */
  static final class Running implements AutoCloseable {

    private final AtomicInteger namespaces = new AtomicInteger();
    private final Path directory;
    private final ServerProcess server;
    private final KubernetesClient client;

    private Running(List<String> options) {
      try {
        directory = Files.createTempDirectory("ballast-clients");
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      server =
          ServerProcess.start(
              directory.resolve("data"),
              Stream.concat(Stream.of("--port", "0", "--node-name", "here"), options.stream())
                  .toArray(String[]::new));
      Config config = Config.fromKubeconfig(server.kubeconfig().toFile());
      client = new KubernetesClientBuilder().withConfig(config).build();
      client
          .nodes()
          .withName("here")
          .waitUntilCondition(node -> node != null && isReady(node), 30, TimeUnit.SECONDS);
    }

    private static boolean isReady(io.fabric8.kubernetes.api.model.Node node) {
      return node.getStatus().getConditions().stream()
          .anyMatch(c -> c.getType().equals("Ready") && c.getStatus().equals("True"));
    }

    ServerProcess server() {
      return server;
    }

    KubernetesClient client() {
      return client;
    }

    /** A new namespace that pods can be made in. */
    String namespace(String purpose) {
      String words = purpose.replaceAll("[^A-Za-z0-9]+", "-").toLowerCase(Locale.ROOT);
      String name =
          words.substring(0, Math.min(words.length(), 40)) + "-" + namespaces.incrementAndGet();
      client
          .resource(new NamespaceBuilder().withNewMetadata().withName(name).endMetadata().build())
          .create();
      client
          .serviceAccounts()
          .inNamespace(name)
          .withName("default")
          .waitUntilCondition(Objects::nonNull, 30, TimeUnit.SECONDS);
      return name;
    }

    /** A kubectl of this version, in the namespace. */
    Kubectl kubectl(String version, String namespace) {
      Path home = directory.resolve("kubectl-" + version);
      try {
        Files.createDirectories(home);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return Kubectl.of(version, server.kubeconfig(), home).in(namespace);
    }

    /**
     * Takes the work away first, gracefully: a server that stops leaves containers running, and a
     * pod deleted by force is gone before its containers are.
     */
    @Override
    public void close() throws IOException {
      try (client) {
        client.apps().deployments().inAnyNamespace().delete();
        client.batch().v1().jobs().inAnyNamespace().delete();
        client.apps().replicaSets().inAnyNamespace().delete();
        client.pods().inAnyNamespace().withGracePeriod(1).delete();
        client.pods().inAnyNamespace().informOnCondition(List::isEmpty).get(60, TimeUnit.SECONDS);
      } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
        throw new IllegalStateException("pods are left", e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } finally {
        server.close();
        try (Stream<Path> files = Files.walk(directory)) {
          for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
            Files.deleteIfExists(file);
          }
        }
      }
    }
  }
}
