package dev.ballast.app.real;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** {@code ballast up} in a process of its own. */
public final class ServerProcess implements AutoCloseable {

  private final Program program;
  private final Path data;

  private ServerProcess(Program program, Path data) {
    this.program = program;
    this.data = data;
  }

  /** Starts it and waits until it says that it is ready. */
  public static ServerProcess start(Path data, String... options) {
    List<String> arguments =
        Stream.concat(Stream.of("up", "--data", data.toString()), Stream.of(options)).toList();
    return new ServerProcess(Program.start("ready ", Map.of(), arguments), data);
  }

  /** One of another version, whose class path this is. */
  static ServerProcess startOf(String classPath, Path data, List<String> options) {
    List<String> arguments =
        Stream.concat(Stream.of("up", "--data", data.toString()), options.stream()).toList();
    return new ServerProcess(Program.start(classPath, "ready ", Map.of(), arguments), data);
  }

  public String url() {
    return program.announcement();
  }

  public Path kubeconfig() {
    return data.resolve("kubeconfig");
  }

  /** What another machine's node is given. */
  public Path nodeToken() {
    return data.resolve("node-token");
  }

  public long pid() {
    return program.pid();
  }

  /** kill -9, and waits until the process is gone. */
  public void kill() {
    program.kill();
  }

  /** STOP and CONT, for example. */
  public void signal(String name) throws IOException, InterruptedException {
    program.signal(name);
  }

  /** SIGTERM, and waits; the exit code. */
  public int stop() {
    return program.stop();
  }

  @Override
  public void close() {
    program.close();
  }
}
