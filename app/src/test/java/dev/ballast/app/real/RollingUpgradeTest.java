package dev.ballast.app.real;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three real servers of an earlier version are stopped and started anew as this version, one after
 * the other, while clients write to all of them and one watches. {@code scripts/upgrade.sh} builds
 * the earlier one and tells where it is.
 */
@EnabledIfSystemProperty(named = "ballast.upgrade.lib", matches = ".+")
class RollingUpgradeTest {

  private static final String HOST = "127.0.0.1";
  private static final int WRITES = 30;

  @TempDir Path directory;

  private final String earlier = System.getProperty("ballast.upgrade.lib") + "/*";
  private final String now = System.getProperty("java.class.path");
  private final List<List<String>> options = new ArrayList<>();
  private final List<ServerProcess> members = new ArrayList<>();

  @Test
  void membersAreUpgradedOneByOneUnderWrites() throws Exception {
    try {
      for (String name : List.of("a", "b", "c")) {
        members.add(begin(name));
      }
      List<Path> kubeconfigs = members.stream().map(ServerProcess::kubeconfig).toList();
      try (NumberedWrites writes = new NumberedWrites(kubeconfigs);
          WatchedNames watched = new WatchedNames(kubeconfigs)) {
        await(writes);
        upgrade(0, writes);
        try (MixedAgents agents = MixedAgents.start(earlier, members.get(0), members.get(1))) {
          agents.work();
          upgrade(2, writes);
          agents.renewed();
          upgrade(1, writes);
          agents.work();
        }
        Set<String> acknowledged = new TreeSet<>(writes.stop());
        Awaitility.await()
            .atMost(Duration.ofSeconds(60))
            .until(() -> watched.names().containsAll(acknowledged));
        assertEquals(List.of(), watched.wrong());
        System.out.println(
            "upgrade: %d writes acknowledged and seen; the longest time without one was %d ms"
                .formatted(acknowledged.size(), writes.longestPauseMillis()));
      }
    } finally {
      members.forEach(ServerProcess::close);
    }
  }

  private void upgrade(int member, NumberedWrites writes) throws Exception {
    assertEquals(0, members.get(member).stop());
    members.set(member, ServerProcess.startOf(now, data(member), options.get(member)));
    await(writes);
  }

  private static void await(NumberedWrites writes) {
    int before = writes.acknowledged();
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> writes.acknowledged() >= before + WRITES);
    assertTrue(writes.acknowledged() > before);
  }

  private ServerProcess begin(String name) throws IOException {
    List<String> mine =
        List.of(
            "--bind",
            HOST,
            "--port",
            Integer.toString(freePort()),
            "--member-port",
            Integer.toString(freePort()),
            "--runtime",
            "simulated",
            "--node-name",
            "node-" + name);
    options.add(mine);
    List<String> join =
        members.isEmpty()
            ? List.of()
            : List.of(
                "--join",
                members.getFirst().url(),
                "--token-file",
                members.getFirst().kubeconfig().resolveSibling("member-token").toString());
    return ServerProcess.startOf(
        earlier, data(members.size()), Stream.concat(mine.stream(), join.stream()).toList());
  }

  private Path data(int number) {
    return directory.resolve("member" + number);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(HOST))) {
      return socket.getLocalPort();
    }
  }
}
