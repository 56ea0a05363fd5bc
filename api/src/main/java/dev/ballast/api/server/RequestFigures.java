package dev.ballast.api.server;

import dev.ballast.core.telemetry.Telemetry;
import dev.ballast.core.time.Now;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** What is measured of requests, under kube-apiserver's names. Thread-safe. */
final class RequestFigures {

  /** Paths come from clients, series stay for ever. */
  private static final int MOST_SERIES = 300;

  private final Telemetry telemetry;
  private final AtomicInteger readOnly = new AtomicInteger();
  private final AtomicInteger mutating = new AtomicInteger();
  private final Map<String, AtomicInteger> longRunning = new ConcurrentHashMap<>();

  RequestFigures(Telemetry telemetry) {
    this.telemetry = telemetry;
    String inflight = "apiserver_current_inflight_requests";
    telemetry.gauge(inflight, readOnly::get, "request_kind", "readOnly");
    telemetry.gauge(inflight, mutating::get, "request_kind", "mutating");
  }

  /** Requests under way that are to end soon. */
  int inflight() {
    return readOnly.get() + mutating.get();
  }

  AtomicInteger begin(RequestInfo info, boolean lasting) {
    AtomicInteger counter = lasting ? lasting(info) : isRead(info) ? readOnly : mutating;
    counter.incrementAndGet();
    return counter;
  }

  /**
   * @param known whether the path led to anything: an unknown resource must not make a new series
   */
  void end(
      AtomicInteger counter,
      RequestInfo info,
      boolean known,
      boolean lasting,
      int code,
      Now began,
      Now now) {
    counter.decrementAndGet();
    String verb = verb(info);
    String group = known ? info.group() : "";
    String version = known ? info.version() : "";
    String resource = known ? info.resource() : "";
    String subresource = known ? info.subresource() : "";
    String scope = scope(info);
    telemetry.count(
        "apiserver_request_total",
        1,
        "verb",
        verb,
        "group",
        group,
        "version",
        version,
        "resource",
        resource,
        "subresource",
        subresource,
        "scope",
        scope,
        "code",
        Integer.toString(code));
    if (!lasting) {
      Duration took = now.since(began);
      telemetry.time(
          "apiserver_request_duration_seconds",
          took,
          "verb",
          verb,
          "group",
          group,
          "version",
          version,
          "resource",
          resource,
          "subresource",
          subresource,
          "scope",
          scope);
    }
  }

  private AtomicInteger lasting(RequestInfo info) {
    String kind =
        verb(info) + " " + info.group() + " " + info.resource() + " " + info.subresource();
    boolean flood = longRunning.size() >= MOST_SERIES && !longRunning.containsKey(kind);
    return longRunning.computeIfAbsent(
        flood ? "other" : kind,
        first -> {
          AtomicInteger counter = new AtomicInteger();
          telemetry.gauge(
              "apiserver_longrunning_requests",
              counter::get,
              "verb",
              verb(info),
              "group",
              info.group(),
              "resource",
              info.resource(),
              "subresource",
              info.subresource());
          return counter;
        });
  }

  private static boolean isRead(RequestInfo info) {
    return switch (info.verb()) {
      case "get", "list", "watch", "head" -> true;
      default -> false;
    };
  }

  private static String verb(RequestInfo info) {
    if (isConnect(info)) {
      return "CONNECT";
    }
    return switch (info.verb()) {
      case "create" -> "POST";
      case "update" -> "PUT";
      case "get", "list", "watch", "patch", "delete", "deletecollection", "post", "put" ->
          info.verb().toUpperCase();
      default -> "OTHER";
    };
  }

  static boolean isConnect(RequestInfo info) {
    return switch (info.subresource()) {
      case "exec", "attach", "portforward", "proxy", "tunnel" -> true;
      default -> false;
    };
  }

  private static String scope(RequestInfo info) {
    if (!info.isResource()) {
      return "";
    }
    return !info.name().isEmpty()
        ? "resource"
        : info.namespace().isEmpty() ? "cluster" : "namespace";
  }
}
