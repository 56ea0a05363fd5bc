package dev.ballast.executor.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import dev.ballast.core.container.RuntimeUnavailableException;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * The links to one Docker engine: a pool of warm ones for short calls, one for what takes long
 * (pulls, stops, events), and raw ones for streams. The API version is what the engine says it
 * speaks, within what we know.
 */
final class Engine implements AutoCloseable {

  private static final int OLDEST_MINOR = 41;
  private static final int NEWEST_MINOR = 44;

  private final URI host;
  private final String version;
  private final DockerClient quick;
  private final DockerClient patient;

  private Engine(URI host, String version) {
    this.host = host;
    this.version = version;
    this.quick = client(host, version, 64, Duration.ofSeconds(60));
    this.patient = client(host, version, 512, null);
  }

  /**
   * @param host {@code unix:///path} or {@code tcp://host:port}
   * @throws RuntimeUnavailableException when no engine answers there, or one that is too old
   */
  static Engine connect(URI host) {
    try (RawHttp ping = RawHttp.open(host, "GET", "/_ping", "", false)) {
      String offered = ping.header("api-version");
      int minor = offered.startsWith("1.") ? Integer.parseInt(offered.substring(2)) : 0;
      if (minor < OLDEST_MINOR) {
        throw new RuntimeUnavailableException(
            "the engine at "
                + host
                + " speaks API version \""
                + offered
                + "\", Ballast needs 1.41 (Docker 20.10) or later: upgrade it",
            null);
      }
      return new Engine(host, "1." + Math.min(minor, NEWEST_MINOR));
    } catch (IOException e) {
      throw new RuntimeUnavailableException(
          "no container engine answers at "
              + host
              + " ("
              + e.getMessage()
              + "): start dockerd, or set DOCKER_HOST",
          e);
    }
  }

  private static DockerClient client(URI host, String version, int links, Duration timeout) {
    DockerClientConfig config =
        DefaultDockerClientConfig.createDefaultConfigBuilder()
            .withDockerHost(host.toString())
            .withApiVersion(version)
            .build();
    ZerodepDockerHttpClient.Builder http =
        new ZerodepDockerHttpClient.Builder()
            .dockerHost(host)
            .sslConfig(config.getSSLConfig())
            .maxConnections(links)
            .connectionTimeout(Duration.ofSeconds(5));
    if (timeout != null) {
      http.responseTimeout(timeout);
    }
    return DockerClientImpl.getInstance(config, http.build());
  }

  DockerClient quick() {
    return quick;
  }

  DockerClient patient() {
    return patient;
  }

  RawHttp open(String method, String path, String body, boolean upgrade) throws IOException {
    return RawHttp.open(host, method, "/v" + version + path, body, upgrade);
  }

  /**
   * Makes an image of one tar. Not through docker-java, whose request for it ends before the tar
   * does on this transport.
   */
  void importImage(String reference, byte[] tar) {
    String path = "/v" + version + "/images/create?fromSrc=-&repo=" + reference;
    try (RawHttp http = RawHttp.send(host, "POST", path, "application/octet-stream", tar, false)) {
      String answer = http.message();
      if (http.status() != 200 || answer.contains("\"error\"")) {
        throw new RuntimeUnavailableException("image " + reference + ": " + answer, null);
      }
    } catch (IOException e) {
      throw new RuntimeUnavailableException("image " + reference + ": " + e.getMessage(), e);
    }
  }

  /** Runs a call; a link that fails becomes {@link RuntimeUnavailableException}. */
  <T> T ask(Supplier<T> call) {
    try {
      return call.get();
    } catch (DockerException e) {
      throw e;
    } catch (RuntimeException e) {
      if (e.getCause() instanceof IOException) {
        throw new RuntimeUnavailableException(
            "the engine at " + host + " does not answer: " + e.getCause().getMessage(), e);
      }
      throw e;
    }
  }

  @Override
  public void close() {
    try {
      quick.close();
      patient.close();
    } catch (IOException e) {
      throw new IllegalStateException("closing the engine's links failed", e);
    }
  }
}
