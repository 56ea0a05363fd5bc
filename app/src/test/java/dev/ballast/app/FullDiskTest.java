package dev.ballast.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ballast.client.Answer;
import dev.ballast.core.resource.Json;
import dev.ballast.core.status.Failure;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A server whose disk is full says so to who writes, and goes on when there is room. */
class FullDiskTest {

  private static final String CONFIG_MAPS = "/api/v1/namespaces/default/configmaps";
  private static final int WRITES = 500;

  @TempDir Path directory;

  @Test
  void writesAreRefusedAndReadsGoOn() throws Exception {
    Path disk = Files.createDirectory(directory.resolve("disk"));
    Assumptions.assumeTrue(
        succeeds("mount", "-t", "tmpfs", "-o", "size=64m", "ballast-full", disk.toString()),
        "needs root");
    try (Server server = start(disk.resolve("data"))) {
      assertInstanceOf(Answer.Done.class, write(server, "before"));
      Path filler = disk.resolve("filler");
      fill(filler);
      Failure refused = firstRefusal(server);
      assertEquals(503, refused.code(), refused.message());
      assertTrue(refused.details().retryAfterSeconds() > 0, refused.message());
      assertTrue(refused.message().contains("full"), refused.message());
      assertInstanceOf(Answer.Done.class, server.admin().get(CONFIG_MAPS + "/before"));
      assertInstanceOf(Answer.Done.class, server.admin().get(CONFIG_MAPS));
      Files.delete(filler);
      Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> write(server, "after") instanceof Answer.Done);
    } finally {
      succeeds("umount", "-l", disk.toString());
    }
  }

  private static Server start(Path data) {
    String[] arguments = {
      "--data", data.toString(), "--port", "0", "--runtime", "simulated", "--node-name", "n"
    };
    return Server.start(CommandLine.populateCommand(new ServerOptions(), arguments));
  }

  /** What the log has reserved takes some writes yet. */
  private static Failure firstRefusal(Server server) {
    for (int i = 0; i < WRITES; i++) {
      if (write(server, "more-" + i) instanceof Answer.Refused refused) {
        return refused.failure();
      }
    }
    throw new AssertionError("a full disk took " + WRITES + " writes");
  }

  private static Answer write(Server server, String name) {
    var object = Json.object().put("apiVersion", "v1").put("kind", "ConfigMap");
    object.putObject("metadata").put("name", name);
    object.putObject("data").put("filling", "x".repeat(100_000));
    return server.admin().post(CONFIG_MAPS, Json.bytes(object));
  }

  private static void fill(Path file) {
    byte[] block = new byte[1 << 16];
    try (OutputStream out = Files.newOutputStream(file)) {
      while (true) {
        out.write(block);
      }
    } catch (IOException full) {
      assertTrue(String.valueOf(full.getMessage()).contains("No space"), full.toString());
    }
  }

  private static boolean succeeds(String... command) throws Exception {
    return new ProcessBuilder(command).inheritIO().start().waitFor() == 0;
  }
}
