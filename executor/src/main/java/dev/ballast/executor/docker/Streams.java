package dev.ballast.executor.docker;

import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import dev.ballast.core.container.ContainerStream;
import dev.ballast.core.container.ExecResult;
import dev.ballast.core.container.LogQuery;
import dev.ballast.core.container.RuntimeUnavailableException;
import dev.ballast.core.container.StreamOptions;
import dev.ballast.core.container.StreamResult;
import dev.ballast.core.resource.Json;
import dev.ballast.core.time.Timers;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens logs, exec and attach streams. Thread-safe. */
final class Streams {

  private static final Logger LOG = LoggerFactory.getLogger(Streams.class);
  private static final Duration RESIZE_RETRY = Duration.ofMillis(100);
  private static final int PROBE_OUTPUT = 10 << 10;

  private final Engine engine;
  private final Timers timers;

  Streams(Engine engine, Timers timers) {
    this.engine = engine;
    this.timers = timers;
  }

  StreamResult logs(String id, LogQuery query, boolean tty) {
    StringBuilder path =
        new StringBuilder("/containers/" + id + "/logs?stdout=1&stderr=1")
            .append(query.follow() ? "&follow=1" : "")
            .append(query.timestamps() ? "&timestamps=1" : "")
            .append("&tail=")
            .append(query.tail() < 0 ? "all" : Long.toString(query.tail()));
    if (query.since().isAfter(Instant.EPOCH)) {
      path.append("&since=")
          .append(query.since().getEpochSecond())
          .append('.')
          .append(String.format("%09d", query.since().getNano()));
    }
    return stream("GET", path.toString(), "", false, tty, (columns, rows) -> {}, () -> 0);
  }

  StreamResult attach(String id, StreamOptions options) {
    String path =
        "/containers/"
            + id
            + "/attach?stream=1"
            + (options.stdin() ? "&stdin=1" : "")
            + (options.stdout() ? "&stdout=1" : "")
            + (options.stderr() ? "&stderr=1" : "");
    DockerStream.Resizer resizer =
        (columns, rows) ->
            resize(10, () -> engine.quick().resizeContainerCmd(id).withSize(rows, columns).exec());
    return stream("POST", path, "", true, options.tty(), resizer, () -> 0);
  }

  StreamResult exec(String id, List<String> command, StreamOptions options) {
    String exec;
    try {
      exec =
          engine.ask(
              () ->
                  engine
                      .quick()
                      .execCreateCmd(id)
                      .withCmd(command.toArray(String[]::new))
                      .withAttachStdin(options.stdin())
                      .withAttachStdout(options.stdout())
                      .withAttachStderr(options.stderr() && !options.tty())
                      .withTty(options.tty())
                      .exec()
                      .getId());
    } catch (NotFoundException e) {
      return new StreamResult.Failed("NotFound", Answers.words(e));
    } catch (DockerException e) {
      return new StreamResult.Failed("NotRunning", Answers.words(e));
    }
    String body =
        new String(
            Json.bytes(Json.object().put("Detach", false).put("Tty", options.tty())),
            StandardCharsets.UTF_8);
    DockerStream.Resizer resizer =
        (columns, rows) ->
            resize(10, () -> engine.quick().resizeExecCmd(exec).withSize(rows, columns).exec());
    return stream(
        "POST", "/exec/" + exec + "/start", body, true, options.tty(), resizer, () -> code(exec));
  }

  ExecResult run(String id, List<String> command, Duration timeout) {
    StreamResult opened = exec(id, command, new StreamOptions(false, true, true, false));
    return switch (opened) {
      case StreamResult.Failed failed -> new ExecResult.Failed(failed.message());
      case StreamResult.Open open -> collect(open.stream(), timeout);
    };
  }

  private ExecResult collect(ContainerStream stream, Duration timeout) {
    AtomicBoolean late = new AtomicBoolean();
    Timers.Scheduled alarm =
        timers.schedule(
            timeout,
            () -> {
              late.set(true);
              stream.close();
            });
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    try (stream) {
      for (Optional<ContainerStream.Chunk> chunk = stream.read();
          chunk.isPresent();
          chunk = stream.read()) {
        byte[] data = chunk.get().data();
        output.write(data, 0, Math.min(data.length, PROBE_OUTPUT - output.size()));
      }
      return new ExecResult.Exited(stream.exitCode(), output.toString(StandardCharsets.UTF_8));
    } catch (IOException e) {
      return late.get() ? new ExecResult.TimedOut() : new ExecResult.Failed(e.getMessage());
    } finally {
      alarm.cancel();
    }
  }

  private int code(String exec) {
    Long code = engine.ask(() -> engine.quick().inspectExecCmd(exec).exec().getExitCodeLong());
    return code == null ? 0 : code.intValue();
  }

  private StreamResult stream(
      String method,
      String path,
      String body,
      boolean upgrade,
      boolean tty,
      DockerStream.Resizer resizer,
      IntSupplier exitCode) {
    try {
      RawHttp http = engine.open(method, path, body, upgrade);
      if (http.status() == 101 || http.status() == 200) {
        return new StreamResult.Open(new DockerStream(http, tty, resizer, exitCode));
      }
      try (http) {
        return new StreamResult.Failed(reason(http.status()), Answers.words(http.message()));
      }
    } catch (IOException e) {
      throw new RuntimeUnavailableException("the engine did not open " + path, e);
    }
  }

  private static String reason(int status) {
    return switch (status) {
      case 404 -> "NotFound";
      case 409 -> "NotRunning";
      default -> "Invalid";
    };
  }

  /** A client tells its size at once, maybe before the process runs: then again, a little later. */
  private void resize(int tries, Runnable resize) {
    try {
      resize.run();
    } catch (DockerException e) {
      if (tries > 1) {
        timers.schedule(RESIZE_RETRY, () -> resize(tries - 1, resize));
      } else {
        LOG.debug("resize refused", e);
      }
    }
  }
}
