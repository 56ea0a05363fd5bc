package dev.ballast.app;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.resource.Json;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/**
 * A newcomer that dies while it puts what it was given in its place, and the same command again.
 */
class WelcomeTest {

  private static final String ADDRESS = "10.0.0.2:6444";
  private static final UUID GROUP = new UUID(1, 2);

  private static final class Killed extends Error {
    private static final long serialVersionUID = 1;
  }

  @TempDir Path directory;

  private static ObjectNode answer() {
    ObjectNode answer = Json.object().put("id", "abcd1234").put("group", GROUP.toString());
    ObjectNode files = answer.putObject("files");
    for (String name : SecretFiles.SHARED) {
      files.put(name, ("the secret " + name).getBytes(StandardCharsets.UTF_8));
    }
    files.put("../elsewhere", new byte[] {1});
    return answer;
  }

  /** Nobody listens there: what goes on needs nothing of the other members. */
  private static Joining again(SystemTimers timers) {
    return new Joining(List.of(URI.create("https://127.0.0.1:1")), Path.of("/absent"), timers);
  }

  @Test
  void whoeverDiesAtAnyStepGoesOnUnderTheSameName() throws IOException {
    List<String> steps = new ArrayList<>();
    Path whole = directory.resolve("whole");
    Welcome.keep(whole, answer(), ADDRESS, "https://10.0.0.2:6443").settle(whole, steps::add);
    assertTrue(steps.size() > SecretFiles.SHARED.size(), steps.toString());
    for (int last = 0; last <= steps.size(); last++) {
      Path torn = directory.resolve("torn-" + last);
      killAfter(last, torn);
      // As the server starts: with the member that is there, or by joining.
      Optional<MemberFile> kept = MemberFile.read(torn);
      MemberFile member = kept.isPresent() ? kept.get() : fetch(torn);
      Welcome.forget(torn);
      assertEquals("abcd1234", member.id());
      assertEquals(Optional.of(member), MemberFile.read(torn));
      for (String name : SecretFiles.SHARED) {
        assertArrayEquals(
            ("the secret " + name).getBytes(StandardCharsets.UTF_8),
            Files.readAllBytes(torn.resolve(name)));
      }
      assertFalse(Files.exists(torn.resolve("joining.json")), "it holds every secret");
      assertFalse(Files.exists(directory.resolve("elsewhere")));
    }
  }

  /** It would be a second cluster, with the first one's authority and tokens. */
  @Test
  void whoWasCutOffBeginsNoClusterOfItsOwn() throws IOException {
    List<String> steps = new ArrayList<>();
    Welcome.keep(directory.resolve("whole"), answer(), ADDRESS, "https://10.0.0.2:6443")
        .settle(directory.resolve("whole"), steps::add);
    for (int last = 0; last <= steps.indexOf("members/ca.key") + 1; last++) {
      Path torn = directory.resolve("torn-" + last);
      killAfter(last, torn);
      StartFailure refused = assertThrows(StartFailure.class, () -> upWithoutJoin(torn));
      assertTrue(
          refused.getMessage().contains("repeat the same command with --join"),
          refused.getMessage());
      assertTrue(Files.exists(torn.resolve("joining.json")), "what to go on from");
      assertFalse(Files.exists(torn.resolve("state.db")));
    }
  }

  private static void upWithoutJoin(Path data) {
    String[] arguments = {"--data", data.toString(), "--port", "0", "--runtime", "simulated"};
    Server.start(CommandLine.populateCommand(new ServerOptions(), arguments)).close();
  }

  private static void killAfter(int step, Path data) {
    Welcome welcome = Welcome.keep(data, answer(), ADDRESS, "https://10.0.0.2:6443");
    if (step == 0) {
      return;
    }
    int[] left = {step};
    assertThrows(
        Killed.class,
        () ->
            welcome.settle(
                data,
                name -> {
                  if (--left[0] == 0) {
                    throw new Killed();
                  }
                }));
  }

  @Test
  void aDirectoryOfAnotherClusterIsRefused() throws IOException {
    Files.writeString(directory.resolve("ca.key"), "another cluster's");
    StartFailure refused = assertThrows(StartFailure.class, () -> fetch(directory));
    assertTrue(refused.getMessage().contains("holds a cluster already"), refused.getMessage());
  }

  /** Whatever an attempt left is there, and one file of a person's. */
  @Test
  void aDirectoryThatHoldsOtherPeoplesFilesIsRefusedAndLeftAsItIs() throws IOException {
    List<String> steps = new ArrayList<>();
    Path whole = directory.resolve("whole");
    Welcome.keep(whole, answer(), ADDRESS, "https://10.0.0.2:6443").settle(whole, steps::add);
    for (int last = -1; last < steps.indexOf("member"); last++) {
      Path data = Files.createDirectories(directory.resolve("data-" + last));
      if (last >= 0) {
        killAfter(last, data);
      }
      Files.writeString(data.resolve("letters"), "a person's");
      Files.writeString(data.resolve("member-token"), "laid there to join with");
      Files.createDirectory(data.resolve("lost+found"));
      Set<String> before = names(data);
      StartFailure refused = assertThrows(StartFailure.class, () -> fetch(data));
      assertEquals(
          data + " is not empty (letters): join with an empty or absent directory",
          refused.getMessage());
      assertEquals(before, names(data));
    }
    Path file = Files.writeString(directory.resolve("file"), "a person's");
    assertEquals(
        "--data " + file + " is a file: join with an empty or absent directory",
        assertThrows(StartFailure.class, () -> fetch(file)).getMessage());
  }

  private static Set<String> names(Path data) throws IOException {
    try (Stream<Path> files = Files.walk(data)) {
      return files.map(Path::toString).collect(Collectors.toSet());
    }
  }

  private static MemberFile fetch(Path data) {
    try (SystemTimers timers = new SystemTimers()) {
      return again(timers).fetch(data, ADDRESS, "https://10.0.0.2:6443");
    }
  }

  /** Its address is how the others know it. */
  @Test
  void whoMovedInBetweenAsksAnew() {
    Welcome.keep(directory, answer(), ADDRESS, "https://10.0.0.2:6443");
    assertEquals(Optional.empty(), Welcome.kept(directory, "10.0.0.3:6444"));
    assertFalse(Welcome.kept(directory, ADDRESS).orElseThrow().toString().contains("secret"));
  }
}
