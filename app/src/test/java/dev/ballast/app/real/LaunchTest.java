package dev.ballast.app.real;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;

/** Starting and stopping as people do it, twice at once and in the wrong place too. */
class LaunchTest {

  private static final String[] SIMULATED = {"--runtime", "simulated", "--port", "0"};

  /** 128 and the number of SIGINT, as shells say it. */
  private static final int CTRL_C = 130;

  @TempDir Path directory;

  @AtOnce
  void aDirectoryInUseIsNamedAndItsOwnerGoesOn() throws Exception {
    Path data = directory.resolve("data");
    try (ServerProcess first = ServerProcess.start(data, SIMULATED)) {
      Program.Ended second =
          Program.run("up", "--data", data.toString(), "--runtime", "simulated", "--port", "0");
      assertEquals(1, second.exitCode(), second.said());
      assertTrue(second.said().contains(data.toString()), second.said());
      assertFalse(second.said().contains("\tat "), "no stack trace: " + second.said());
      assertEquals("rw-------", permissions(first.kubeconfig()));
      assertEquals("rw-------", permissions(first.nodeToken()));
      assertEquals(0, first.stop(), "a stop that was asked for is no failure");
    }
    try (ServerProcess again = ServerProcess.start(data, SIMULATED)) {
      assertTrue(again.url().startsWith("https://127.0.0.1:"), again.url());
    }
  }

  @AtOnce
  void aPortInUseIsNamed() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = String.valueOf(taken.getLocalPort());
      Program.Ended ended =
          Program.run(
              "up",
              "--data",
              directory.resolve("data").toString(),
              "--runtime",
              "simulated",
              "--port",
              port);
      assertEquals(1, ended.exitCode(), ended.said());
      assertTrue(ended.said().contains(port), ended.said());
      assertFalse(ended.said().contains("\tat "), "no stack trace: " + ended.said());
    }
  }

  @AtOnce
  void twoDemosAtOnceAndCtrlCLeavesNothing() throws Exception {
    Map<String, String> here = Map.of("JAVA_TOOL_OPTIONS", "-Djava.io.tmpdir=" + directory);
    List<String> demo = List.of("demo", "--runtime", "simulated");
    String goOn = "  export KUBECONFIG=";
    try (Program one = Program.start(goOn, here, demo);
        Program two = Program.start(goOn, here, demo)) {
      Kubectl kubectl = Kubectl.of("1.33", Path.of(one.announcement()), directory);
      assertEquals(
          "2", kubectl.ok("get", "deployment", "web", "-o=jsonpath={.status.readyReplicas}"));
      assertEquals(CTRL_C, one.interrupt());
      assertFalse(Files.exists(Path.of(one.announcement())));
      assertTrue(Files.exists(Path.of(two.announcement())), "the other is left alone");
      assertEquals(CTRL_C, two.interrupt());
    }
    try (Stream<Path> left = Files.list(directory)) {
      assertEquals(
          List.of(),
          left.filter(path -> path.getFileName().toString().contains("ballast")).toList());
    }
  }

  private static String permissions(Path file) throws Exception {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }
}
