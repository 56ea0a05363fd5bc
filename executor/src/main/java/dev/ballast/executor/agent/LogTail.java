package dev.ballast.executor.agent;

import dev.ballast.core.container.ContainerRuntime;
import dev.ballast.core.container.ContainerStream;
import dev.ballast.core.container.LogQuery;
import dev.ballast.core.container.StreamResult;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;

/** The end of a dead container's log, as termination message: 80 lines, 2048 bytes at most. */
final class LogTail {

  private static final int LINES = 80;
  private static final int BYTES = 2048;

  private LogTail() {}

  static String of(ContainerRuntime runtime, String id) {
    return switch (runtime.logs(id, new LogQuery(false, false, LINES, Instant.EPOCH))) {
      case StreamResult.Failed failed -> "";
      case StreamResult.Open open -> read(open.stream());
    };
  }

  private static String read(ContainerStream stream) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    try (stream) {
      for (Optional<ContainerStream.Chunk> chunk = stream.read();
          chunk.isPresent();
          chunk = stream.read()) {
        all.writeBytes(chunk.get().data());
      }
    } catch (IOException e) {
      return "Error on reading the log: " + e.getMessage();
    }
    byte[] bytes = all.toByteArray();
    int from = Math.max(0, bytes.length - BYTES);
    return new String(bytes, from, bytes.length - from, StandardCharsets.UTF_8);
  }
}
