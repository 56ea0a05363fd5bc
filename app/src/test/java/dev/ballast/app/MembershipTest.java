package dev.ballast.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.identity.Ids;
import dev.ballast.core.identity.RandomIds;
import dev.ballast.core.resource.Json;
import dev.ballast.core.store.StoreUnavailableException;
import dev.ballast.core.telemetry.Telemetry;
import dev.ballast.stategrid.Settings;
import dev.ballast.stategrid.StateGrid;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Members that come and go, several at a time. */
class MembershipTest {

  @TempDir Path directory;
  private final SecureRandom random = new SecureRandom();
  private final Ids ids = new RandomIds(random);
  private final SystemTimers timers = new SystemTimers();
  private final List<StateGrid> opened = new ArrayList<>();

  /** A member that runs. */
  private record Running(StateGrid grid, MemberFile self, Membership membership) {}

  /** All at once: a member that goes down alone first makes the others elect. */
  @AfterEach
  void close() throws Exception {
    List<Thread> closing = new ArrayList<>();
    for (StateGrid grid : opened) {
      closing.add(Thread.startVirtualThread(grid::close));
    }
    for (Thread thread : closing) {
      thread.join();
    }
    timers.close();
  }

  @Test
  void theyComeAndGoAtTheSameTime() throws Exception {
    Running first = first();
    int port = freePort();
    String lost = welcomed(first, port);
    String third = welcomed(first, freePort());
    String never = welcomed(first, freePort());
    Running second = start(first, lost);
    Running leaving = start(first, third);
    admit(first, lost);
    admit(first, third);
    assertEquals(Set.of(first.self().id(), lost, third), voters(first));
    assertEquals(4, first.membership().list().size(), "and one that was welcomed");
    first.membership().remove(never);
    assertEquals(Set.of(first.self().id(), lost, third), names(first));
    for (Membership.RefusedException gone :
        List.of(
            assertThrows(Membership.RefusedException.class, () -> first.membership().remove(never)),
            assertThrows(
                Membership.RefusedException.class, () -> first.membership().admit(never)))) {
      assertEquals(404, gone.failure().code(), gone.getMessage());
      assertEquals("members", gone.failure().details().kind());
      assertEquals(never, gone.failure().details().name());
    }

    // Each decides from what it knows; what the other did meanwhile must not be undone.
    String fourth = welcomed(first, freePort());
    start(first, fourth);
    Thread admitting = Thread.ofPlatform().start(() -> admit(first, fourth));
    until(() -> second.membership().remove(third));
    admitting.join();
    assertEquals(Set.of(first.self().id(), lost, fourth), voters(first));

    // The same machine, whose disk was lost: the old one will not come again.
    opened.remove(second.grid());
    second.grid().close();
    String again = welcomed(first, port);
    String fifth = welcomed(first, freePort());
    start(first, fifth);
    admit(first, fifth);
    Running last = start(first, again);
    admit(first, again);
    assertEquals(Set.of(first.self().id(), fourth, fifth, again), names(first));
    isToldThatItWasRemoved(leaving);
    leavesItsRemovalToAnother(first, last);
    assertEquals(Set.of(fourth, fifth, again), names(last));
  }

  /** Whether it leads or not: it would not live to answer. */
  private static void leavesItsRemovalToAnother(Running leaving, Running other) {
    String id = leaving.self().id();
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> whyNotItself(leaving).equals(Membership.ASK_ANOTHER));
    assertTrue(voters(leaving).contains(id), "nothing happened but that another leads");
    until(() -> other.membership().remove(id));
  }

  private static String whyNotItself(Running member) {
    try {
      member.membership().remove(member.self().id());
      return fail("it removed itself");
    } catch (Membership.RefusedException e) {
      return e.failure().reason();
    } catch (StoreUnavailableException e) {
      return "no majority answered: " + e.getMessage();
    }
  }

  /** As it runs, and whenever it is started again. */
  private void isToldThatItWasRemoved(Running member) {
    Pattern words = Pattern.compile("was removed from the group at 20\\d\\d-\\d\\d-\\d\\dT\\S+Z");
    assertTrue(words.matcher(removal(member.grid())).matches(), removal(member.grid()));
    opened.remove(member.grid());
    member.grid().close();
    StateGrid again = open(directory.resolve(member.self().id()), member.self());
    assertTrue(words.matcher(removal(again)).matches(), removal(again));
  }

  private static String removal(StateGrid grid) {
    CompletableFuture<String> told = new CompletableFuture<>();
    grid.onRemoved(told::complete);
    grid.onBroken(why -> told.complete("broken: " + why));
    return told.orTimeout(30, TimeUnit.SECONDS).join();
  }

  /** It stands alone as before, also after a restart. */
  @Test
  void aFirstJoinThatIsRefusedLeavesNothingBehind() throws Exception {
    Running first = first();
    String address = first.self().address();
    int port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    try (ServerSocket taken = new ServerSocket(port, 1, InetAddress.getByName("127.0.0.1"))) {
      assertThrows(Membership.RefusedException.class, () -> welcomed(first, freePort()));
      assertEquals(port, taken.getLocalPort());
    }
    assertEquals(Optional.empty(), MemberFile.read(directory.resolve("first")));
    assertEquals(Optional.empty(), first.grid().group());
    assertEquals(1, first.membership().list().size());
    for (String bad : List.of("127.0.0.1:99999", "127.0.0.1:0", "a b c:1", "x", ":1", "")) {
      assertThrows(
          IllegalArgumentException.class,
          () ->
              first
                  .membership()
                  .welcome(Json.object().put("address", bad).put("url", "https://127.0.0.1:1")));
    }
    for (String bad : List.of("https://127.0.0.1:99999", "http://127.0.0.1:1", "https://a/b")) {
      ObjectNode newcomer = Json.object().put("address", "127.0.0.1:1").put("url", bad);
      assertThrows(IllegalArgumentException.class, () -> first.membership().welcome(newcomer), bad);
    }
    assertEquals(Optional.empty(), first.grid().group(), "nobody was welcomed");
  }

  private Running first() {
    MemberFile self =
        MemberFile.future(
            MemberFile.newId(ids), "127.0.0.1:" + freePort(), "https://127.0.0.1:1", ids);
    Path data = directory.resolve("first");
    StateGrid grid = StateGrid.open(Settings.in(data), Optional.empty(), timers, Telemetry.NONE);
    opened.add(grid);
    return new Running(grid, self, new Membership(data, grid, self, random, ids, timers));
  }

  private static String welcomed(Running first, int port) throws Exception {
    ObjectNode newcomer =
        Json.object().put("address", "127.0.0.1:" + port).put("url", "https://127.0.0.1:" + port);
    return first.membership().welcome(newcomer).path("id").asText();
  }

  private Running start(Running first, String id) {
    Path data = directory.resolve(id);
    SecretFiles.read(directory.resolve("first"))
        .forEach((name, content) -> SecretFiles.write(data, name, content));
    String address =
        first.membership().list().stream()
            .filter(one -> one.id().equals(id))
            .findFirst()
            .orElseThrow()
            .address();
    MemberFile self =
        new MemberFile(id, first.self().group(), address, "https://" + address, false);
    StateGrid grid = open(data, self);
    return new Running(grid, self, new Membership(data, grid, self, random, ids, timers));
  }

  private StateGrid open(Path data, MemberFile self) {
    StateGrid grid =
        StateGrid.open(
            Settings.in(data),
            Optional.of(MemberCertificates.settings(data, self, random, timers)),
            timers,
            Telemetry.NONE);
    opened.add(grid);
    return grid;
  }

  private static void admit(Running by, String id) {
    until(() -> by.membership().admit(id));
  }

  private interface Change {
    void make() throws Membership.RefusedException;
  }

  private static void until(Change change) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .ignoreExceptions()
        .until(
            () -> {
              change.make();
              return true;
            });
  }

  private static Set<String> voters(Running member) {
    return member.membership().list().stream()
        .filter(Membership.Member::votes)
        .map(Membership.Member::id)
        .collect(Collectors.toSet());
  }

  private static Set<String> names(Running member) {
    return member.membership().list().stream()
        .map(Membership.Member::id)
        .collect(Collectors.toSet());
  }

  static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
