package dev.ballast.app;

import dev.ballast.client.ApiClient;
import dev.ballast.client.Given;
import dev.ballast.client.Trust;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * A client for the servers that one of our own kubeconfig files names, whichever answers: the one
 * of the present context first, then the others of the same cluster, which has one authority.
 */
public final class Connection implements AutoCloseable {

  private static final String AUTHORITY = "certificate-authority-data";

  private final SystemTimers timers = new SystemTimers();
  private final URI server;
  private final SSLContext tls;
  private final String token;
  private final ApiClient client;

  private Connection(List<URI> servers, String caPem, String token) {
    this.server = servers.getFirst();
    this.tls = Trust.ofPem(caPem);
    this.token = token;
    client = new ApiClient(servers, tls, () -> token, timers);
  }

  /** {@code https://HOST:PORT}. */
  public URI server() {
    return server;
  }

  /** What a link of one's own is opened with. */
  public SSLContext tls() {
    return tls;
  }

  public String token() {
    return token;
  }

  /**
   * @throws StartFailure in words for a person when there is no such file, or it is none of ours
   */
  public static Connection of(Path kubeconfig) {
    try {
      return of(kubeconfig, Files.readString(kubeconfig));
    } catch (StartFailure e) {
      throw e;
    } catch (NoSuchFileException e) {
      throw new StartFailure(
          "there is no kubeconfig "
              + kubeconfig
              + ": name an administrator's with --kubeconfig, or KUBECONFIG in the environment",
          e);
    } catch (IOException e) {
      throw new StartFailure("cannot read " + kubeconfig + ": " + e.getMessage(), e);
    } catch (RuntimeException e) {
      throw new StartFailure(
          kubeconfig
              + " is no kubeconfig with a server, its authority's certificate and a token, as"
              + " `ballast up` writes it into its data directory",
          e);
    }
  }

  private static Connection of(Path path, String yaml) {
    Map<String, Object> file = new Yaml(new SafeConstructor(new LoaderOptions())).load(yaml);
    Map<?, ?> context = named(file, "contexts", file.get("current-context"), "context");
    Map<?, ?> cluster = named(file, "clusters", context.get("cluster"), "cluster");
    Map<?, ?> user = named(file, "users", context.get("user"), "user");
    String authority = (String) cluster.get(AUTHORITY);
    String ca = new String(Base64.getDecoder().decode(authority), StandardCharsets.UTF_8);
    List<String> members =
        Stream.concat(
                Stream.of(cluster),
                entries(file, "clusters").map(one -> (Map<?, ?>) one.get("cluster")))
            .filter(one -> authority.equals(one.get(AUTHORITY)))
            .map(one -> (String) one.get("server"))
            .distinct()
            .toList();
    return new Connection(
        JoinToken.servers(path + ": a cluster's server", members),
        ca,
        token(path, (String) user.get("token")));
  }

  private static String token(Path path, String given) {
    try {
      return Given.token(given);
    } catch (IllegalArgumentException e) {
      throw new StartFailure(path + ": the user's token must be " + e.getMessage(), e);
    }
  }

  private static Stream<Map<?, ?>> entries(Map<String, Object> file, String list) {
    return ((List<?>) file.get(list)).stream().map(one -> (Map<?, ?>) one);
  }

  /** Of that name; the first one where nothing says which. */
  private static Map<?, ?> named(Map<String, Object> file, String list, Object name, String key) {
    if (name == null && list.equals("contexts")) {
      return Map.of();
    }
    return entries(file, list)
        .filter(one -> name == null || name.equals(one.get("name")))
        .map(one -> (Map<?, ?>) one.get(key))
        .findFirst()
        .orElseThrow();
  }

  public ApiClient client() {
    return client;
  }

  /** One for these servers only; the caller closes it. */
  ApiClient clientOf(List<URI> servers) {
    return new ApiClient(servers, tls, () -> token, timers);
  }

  @Override
  public void close() {
    client.close();
    timers.close();
  }
}
