package dev.ballast.executor.agent;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ballast.core.container.ContainerRuntime;
import dev.ballast.core.container.ExecResult;
import dev.ballast.core.container.PodConnection;
import dev.ballast.core.time.Timers;
import dev.ballast.executor.http.GrpcHealth;
import dev.ballast.executor.http.PodHttp;
import dev.ballast.executor.manifest.ContainerManifest;
import dev.ballast.executor.manifest.Handler;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Runs what probes and hooks ask for: a command, an HTTP request, a TCP link. Blocks. */
final class Checks {

  private static final int SHOWN = 1024;

  /** How it went; {@code message} says why not. */
  record Outcome(boolean success, String message) {
    static final Outcome OK = new Outcome(true, "");
  }

  private final ContainerRuntime runtime;
  private final Timers timers;

  Checks(ContainerRuntime runtime, Timers timers) {
    this.runtime = runtime;
    this.timers = timers;
  }

  Outcome run(
      Handler handler,
      ContainerManifest container,
      String instance,
      String address,
      Duration timeout) {
    if (handler.exec() != null) {
      return exec(instance, handler.exec().command(), timeout);
    }
    if (handler.httpGet() != null) {
      return http(handler.httpGet(), container, address, timeout);
    }
    if (handler.tcpSocket() != null) {
      String host = handler.tcpSocket().host();
      return tcp(
          host.isEmpty() ? address : host, port(handler.tcpSocket().port(), container), timeout);
    }
    return handler.grpc() == null ? Outcome.OK : grpc(handler.grpc(), address, timeout);
  }

  private Outcome exec(String instance, List<String> command, Duration timeout) {
    return switch (runtime.exec(instance, command, timeout)) {
      case ExecResult.Exited exited ->
          new Outcome(exited.code() == 0, exited.code() == 0 ? "" : exited.output().strip());
      case ExecResult.TimedOut late ->
          new Outcome(
              false, "command \"" + String.join(" ", command) + "\" timed out after " + timeout);
      case ExecResult.Failed failed -> new Outcome(false, failed.message());
    };
  }

  private Outcome tcp(String address, int port, Duration timeout) {
    try {
      runtime.dial(address, port, timeout).close();
      return Outcome.OK;
    } catch (IOException e) {
      return new Outcome(false, "dial tcp " + address + ":" + port + ": " + e.getMessage());
    }
  }

  /** In the kubelet's words. */
  private Outcome grpc(Handler.Grpc grpc, String address, Duration timeout) {
    String authority = address + ":" + grpc.port();
    String failed = "failed to connect service \"" + authority + "\"";
    try (PodConnection connection = runtime.dial(address, grpc.port(), timeout)) {
      failed = "health rpc did not complete";
      Timers.Scheduled alarm = timers.schedule(timeout, connection::close);
      String status;
      try {
        status = GrpcHealth.check(connection, authority, grpc.service());
      } finally {
        alarm.cancel();
      }
      return switch (status) {
        case "SERVING" -> Outcome.OK;
        case "" ->
            new Outcome(
                false,
                "error: this server does not implement the grpc health protocol"
                    + " (grpc.health.v1.Health) or does not know the service \""
                    + grpc.service()
                    + "\"");
        default -> new Outcome(false, "service unhealthy (responded with \"" + status + "\")");
      };
    } catch (IOException e) {
      return new Outcome(
          false, "error: " + failed + " within " + timeout.toSeconds() + "s: " + cut(e.toString()));
    }
  }

  private Outcome http(
      Handler.HttpGet get, ContainerManifest container, String address, Duration timeout) {
    int port = port(get.port(), container);
    String host = get.host().isEmpty() ? address : get.host();
    String url = get.scheme().toLowerCase() + "://" + host + ":" + port + get.path();
    Map<String, List<String>> headers = new LinkedHashMap<>();
    headers.put("Host", List.of(host + ":" + port));
    headers.put("User-Agent", List.of("kube-probe/1.33"));
    headers.put("Accept", List.of("*/*"));
    get.httpHeaders().forEach(h -> headers.put(h.name(), List.of(h.value())));
    try (PodHttp http = PodHttp.connect(runtime, get.scheme(), host, port, timeout)) {
      Timers.Scheduled alarm = timers.schedule(timeout, http::close);
      try {
        String path = get.path().startsWith("/") ? get.path() : "/" + get.path();
        http.request("GET", path, headers, false);
        http.readHead("GET");
      } finally {
        alarm.cancel();
      }
      boolean success = http.status() >= 200 && http.status() < 400;
      return success
          ? Outcome.OK
          : new Outcome(false, "HTTP probe failed with statuscode: " + http.status());
    } catch (IOException | NumberFormatException e) {
      return new Outcome(false, "Get \"" + url + "\": " + cut(String.valueOf(e.getMessage())));
    }
  }

  private static String cut(String text) {
    return text.length() > SHOWN ? text.substring(0, SHOWN) : text;
  }

  /** A number, or the name of one of the container's ports; -1 where there is no such port. */
  static int port(JsonNode port, ContainerManifest container) {
    if (port == null) {
      return -1;
    }
    if (port.isInt()) {
      return port.asInt();
    }
    return container.ports().stream()
        .filter(p -> p.name().equals(port.asText()))
        .map(p -> p.containerPort())
        .findFirst()
        .orElseGet(() -> port.asInt(-1));
  }
}
