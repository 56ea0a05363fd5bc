package dev.ballast.app;

import dev.ballast.client.ApiClient;
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
import javax.net.ssl.SSLContext;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** A client for the servers that one of our own kubeconfig files names, whichever answers. */
public final class Connection implements AutoCloseable {

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
      return of(Files.readString(kubeconfig));
    } catch (NoSuchFileException e) {
      throw new StartFailure(
          "there is no kubeconfig " + kubeconfig + ": name an administrator's with --kubeconfig",
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

  private static Connection of(String yaml) {
    Map<String, Object> file = new Yaml(new SafeConstructor(new LoaderOptions())).load(yaml);
    Map<?, ?> cluster = named(file, "clusters", "cluster");
    Map<?, ?> user = named(file, "users", "user");
    String ca =
        new String(
            Base64.getDecoder().decode((String) cluster.get("certificate-authority-data")),
            StandardCharsets.UTF_8);
    return new Connection(servers(file), ca, (String) user.get("token"));
  }

  private static List<URI> servers(Map<String, Object> file) {
    return ((List<?>) file.get("clusters"))
        .stream()
            .map(one -> (Map<?, ?>) ((Map<?, ?>) one).get("cluster"))
            .map(cluster -> URI.create((String) cluster.get("server")))
            .distinct()
            .toList();
  }

  private static Map<?, ?> named(Map<String, Object> file, String list, String key) {
    return (Map<?, ?>) ((Map<?, ?>) ((List<?>) file.get(list)).getFirst()).get(key);
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
