package dev.ballast.executor.stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.container.ContainerStream;
import dev.ballast.core.container.StreamOptions;
import dev.ballast.core.node.Frame;
import dev.ballast.core.node.NodeStream;
import dev.ballast.core.resource.Json;
import dev.ballast.core.time.Timers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Joins a process's streams with the API's; ends with a Status that tells the exit code. */
final class ProcessPump {

  private static final Logger LOG = LoggerFactory.getLogger(ProcessPump.class);

  private ProcessPump() {}

  static void run(
      ContainerStream process, StreamOptions options, NodeStream stream, Timers timers) {
    try (process) {
      timers.execute(() -> input(process, options, stream));
      String problem = output(process, options, stream);
      ObjectNode status = problem.isEmpty() ? exit(process.exitCode()) : broken(problem);
      stream.send(Frame.text(Frame.ERROR, new String(Json.bytes(status), StandardCharsets.UTF_8)));
    }
  }

  private static String output(ContainerStream process, StreamOptions options, NodeStream stream) {
    try {
      for (Optional<ContainerStream.Chunk> chunk = process.read();
          chunk.isPresent();
          chunk = process.read()) {
        boolean error = chunk.get().error();
        if (error ? options.stderr() : options.stdout()) {
          stream.send(new Frame(error ? Frame.STDERR : Frame.STDOUT, chunk.get().data()));
        }
      }
      return "";
    } catch (IOException e) {
      return "the link to the container broke: " + e.getMessage();
    }
  }

  /** Runs beside the output until the client leaves or says that no input follows. */
  private static void input(ContainerStream process, StreamOptions options, NodeStream stream) {
    try {
      for (Optional<Frame> frame = stream.receive(); frame.isPresent(); frame = stream.receive()) {
        Frame f = frame.get();
        switch (f.channel()) {
          case Frame.STDIN -> {
            if (options.stdin()) {
              process.write(f.data());
            }
          }
          case Frame.RESIZE -> resize(process, f.data());
          case Frame.CLOSE -> {
            if (f.data().length > 0 && f.data()[0] == Frame.STDIN && options.stdin()) {
              process.closeInput();
            }
          }
          default -> LOG.debug("ignoring a frame on channel {}", f.channel());
        }
      }
      process.close();
    } catch (IOException e) {
      LOG.debug("the process takes no more input: {}", e.getMessage());
    }
  }

  private static void resize(ContainerStream process, byte[] json) {
    try {
      JsonNode size = Json.MAPPER.readTree(json);
      process.resize(size.path("Width").asInt(), size.path("Height").asInt());
    } catch (IOException e) {
      LOG.debug("not a terminal size: {}", e.getMessage());
    }
  }

  /** As the kubelet words it: clients read the exit code from the cause. */
  private static ObjectNode exit(int code) {
    if (code == 0) {
      return StreamHandler.status("Success", "", "");
    }
    ObjectNode status =
        StreamHandler.status(
            "Failure",
            "NonZeroExitCode",
            "command terminated with non-zero exit code: command terminated with exit code "
                + code);
    status
        .putObject("details")
        .putArray("causes")
        .addObject()
        .put("reason", "ExitCode")
        .put("message", Integer.toString(code));
    return status;
  }

  private static ObjectNode broken(String message) {
    return StreamHandler.status("Failure", "InternalError", message).put("code", 500);
  }
}
