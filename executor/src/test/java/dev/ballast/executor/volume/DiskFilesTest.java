package dev.ballast.executor.volume;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.status.Failure;
import dev.ballast.executor.assemble.AssemblyException;
import dev.ballast.executor.assemble.Objects;
import dev.ballast.executor.assemble.PodFacts;
import dev.ballast.executor.manifest.PodManifest;
import dev.ballast.testkit.time.WallTimers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A pod's files, without an engine. */
class DiskFilesTest {

  private static final PodFacts FACTS = new PodFacts("n", "10.0.0.1", "", 1, 1, 1, Map.of());

  @TempDir Path home;
  private final ObjectNode map = Json.object();

  private DiskFiles files() {
    Objects objects =
        new Objects() {
          @Override
          public Optional<ObjectNode> configMap(String namespace, String name) {
            return map.has("data") ? Optional.of(map) : Optional.empty();
          }

          @Override
          public Optional<ObjectNode> secret(String namespace, String name) {
            return Optional.empty();
          }
        };
    return new DiskFiles(
        home.resolve("disk"),
        home.resolve("shm/ballast/n"),
        objects,
        request -> new Tokens.Result.Failed(new Failure(404, "NotFound", "no")),
        new WallTimers());
  }

  private static PodManifest pod(String uid, String spec) {
    String json =
        "{\"metadata\":{\"name\":\"p\",\"namespace\":\"default\",\"uid\":\"%s\"},\"spec\":%s}"
            .formatted(uid, spec);
    return PodManifest.of(
        new Document(
            new ObjectKey(ResourceType.PODS, "default", "p"),
            1,
            json.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void theFolderInMemoryIsThereOnlyWhileAPodNeedsIt() throws Exception {
    String spec = "{\"volumes\":[{\"name\":\"m\",\"emptyDir\":{\"medium\":\"Memory\"}}]}";
    DiskFiles files = files();
    Files.createDirectories(home.resolve("shm"));
    files.prepare(pod("a", spec), FACTS);
    files.prepare(pod("b", spec), FACTS);
    assertTrue(Files.isDirectory(home.resolve("shm/ballast/n/a/m")));
    assertEquals(Set.of("a", "b"), files.podUids());
    files.remove("a");
    assertTrue(Files.isDirectory(home.resolve("shm/ballast/n/b/m")));
    files.remove("b");
    assertFalse(Files.exists(home.resolve("shm/ballast")));
    assertEquals(Set.of(), files.podUids());
  }

  @Test
  void whatEmptyDirsHoldIsCounted() throws Exception {
    PodManifest pod =
        pod(
            "a",
            """
            {"volumes":[{"name":"free","emptyDir":{}},{"name":"tight","emptyDir":{"sizeLimit":"1Ki"}}]}
            """);
    DiskFiles files = files();
    files.prepare(pod, FACTS);
    Path volumes = home.resolve("disk/pods/a/volumes");
    Files.write(volumes.resolve("free/big"), new byte[5000]);
    Files.write(volumes.resolve("tight/x"), new byte[1024]);
    Files.write(Files.createDirectory(volumes.resolve("tight/d")).resolve("y"), new byte[1]);
    assertEquals(Map.of("free", 5000L, "tight", 1025L), files.emptyDirBytes(pod));
  }

  @Test
  void aMarkIsFirstOnce() throws Exception {
    Instant first = Instant.parse("2026-01-01T00:00:00.123456789Z");
    assertEquals(first, files().mark("a", "prestop-app-0", first));
    assertEquals(first, files().mark("a", "prestop-app-0", first.plusSeconds(5)));
    assertEquals(first.plusSeconds(6), files().mark("a", "prestop-app-1", first.plusSeconds(6)));
    files().remove("a");
    assertEquals(first.plusSeconds(7), files().mark("a", "prestop-app-0", first.plusSeconds(7)));
  }

  @Test
  void modesItemsAndTheGroupsShareAreApplied() throws Exception {
    map.putObject("data").put("a", "1").put("b", "2");
    PodManifest pod =
        pod(
            "a",
            """
            {"securityContext":{"fsGroup":4321},"volumes":[
             {"name":"c","configMap":{"name":"m","defaultMode":256,
               "items":[{"key":"a","path":"x/a"},{"key":"b","path":"b","mode":511}]}},
             {"name":"e","emptyDir":{}}]}
            """);
    files().prepare(pod, FACTS);
    Path volume = home.resolve("disk/pods/a/volumes/c");
    assertEquals("1", Files.readString(volume.resolve("x/a")));
    assertEquals(0440, mode(volume.resolve("x/a")));
    assertEquals(0777, mode(volume.resolve("b")));
    assertEquals(4321, Files.getAttribute(volume.resolve("b"), "unix:gid"));
    assertEquals(02777, mode(home.resolve("disk/pods/a/volumes/e")));
  }

  private static int mode(Path path) throws IOException {
    return (int) Files.getAttribute(path.toRealPath(), "unix:mode") & 07777;
  }

  @Test
  void whatIsMissingIsNamedUnlessItIsOptional() throws Exception {
    String volume = "{\"volumes\":[{\"name\":\"c\",\"configMap\":{\"name\":\"m\"%s}}]}";
    AssemblyException e =
        assertThrows(
            AssemblyException.class, () -> files().prepare(pod("a", volume.formatted("")), FACTS));
    assertEquals("FailedMount", e.reason());
    assertEquals(
        "MountVolume.SetUp failed for volume \"c\" : configmap \"m\" not found", e.getMessage());
    files().prepare(pod("a", volume.formatted(",\"optional\":true")), FACTS);
    assertEquals(List.of(), names(home.resolve("disk/pods/a/volumes/c")));
  }

  private static List<String> names(Path directory) throws IOException {
    try (var entries = Files.list(directory)) {
      return entries.map(p -> p.getFileName().toString()).filter(n -> !n.startsWith("..")).toList();
    }
  }

  @Test
  void aSeccompProfileComesFromItsFolderOnly() throws Exception {
    Path folder = Files.createDirectories(home.resolve("seccomp"));
    Files.writeString(folder.resolve("p.json"), "{}");
    Files.writeString(home.resolve("out.json"), "{}");
    SeccompFolder profiles = new SeccompFolder(folder);
    assertEquals("{}", profiles.read("p.json"));
    assertThrows(AssemblyException.class, () -> profiles.read("../out.json"));
    assertThrows(AssemblyException.class, () -> profiles.read("none.json"));
  }
}
