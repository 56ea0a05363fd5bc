package dev.ballast.stategrid.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * Members of an earlier version become members of this one, one after the other, while clients
 * write and watch. Needs root, {@code ip}, {@code nft} and the repository's history; {@code
 * -Dballast.upgrade.whole=true} goes on to the last member.
 */
@ResourceLock("members")
class UpgradeTest {

  /** The first commit whose members hold what is promised now. */
  private static final String EARLIER =
      System.getProperty("ballast.upgrade.from", "2e9756ac31188fd93d784fb430fa8b666b2c5ed1");

  /** Or as far as one new member beside two old ones, and two beside one. */
  private static final boolean WHOLE = Boolean.getBoolean("ballast.upgrade.whole");

  private static final int WRITES = 40;

  @TempDir Path directory;

  @Test
  void membersAreUpgradedOneByOneUnderWrites() throws Exception {
    Assumptions.assumeTrue(FaultNet.possible(), "needs root, ip and nft");
    Optional<String> earlier =
        EarlierBuild.of(EARLIER, Files.createDirectories(directory.resolve("earlier")));
    Assumptions.assumeTrue(earlier.isPresent(), "commit " + EARLIER + " is not in this checkout");
    try (Team team = new Team(FaultTest.net() + 1, 1, directory)) {
      team.machines().forEach(machine -> machine.install(earlier.get()));
      team.start();
      // Those of that commit cannot be asked to delete.
      Load load = new Load(team.machines(), 1, false);
      List<Follower> followers = new ArrayList<>();
      for (int i = 0; i < Team.MEMBERS; i++) {
        followers.add(new Follower(team.machines(), i));
      }
      upgrade(team, load);
      load.stop();
      assertEquals(List.of(), new Judge(team, load, followers).wrong());
    }
  }

  /** In between a new member follows an old one, and an old one a new one. */
  private static void upgrade(Team team, Load load) throws InterruptedException {
    awaitWrites(team, load);
    upgrade(team, load, follower(team));
    if (!WHOLE) {
      // The new one may be elected by an old one, or follow one.
      upgrade(team, load, team.leader().orElseThrow());
      return;
    }
    upgrade(team, load, follower(team));
    Machine last = old(team).getFirst();
    // The one that is left loses its leadership while it is the only old one: a new one leads it.
    restart(team, load, last);
    assertTrue(team.leader().isPresent());
    upgrade(team, load, last);
    assertEquals(List.of(), old(team));
  }

  private static List<Machine> old(Team team) {
    return team.machines().stream().filter(machine -> !machine.isUpToDate()).toList();
  }

  private static Machine follower(Team team) {
    return old(team).stream().filter(machine -> !machine.leads()).findFirst().orElseThrow();
  }

  private static void upgrade(Team team, Load load, Machine machine) throws InterruptedException {
    machine.install(System.getProperty("java.class.path"));
    restart(team, load, machine);
  }

  private static void restart(Team team, Load load, Machine machine) throws InterruptedException {
    machine.stop();
    team.await("the end of a member", 30, () -> !machine.runs());
    team.startAgain(machine);
    team.await("a member that was started", 60, machine::answers);
    awaitWrites(team, load);
  }

  private static void awaitWrites(Team team, Load load) throws InterruptedException {
    long before = load.written();
    team.await("writes", 60, () -> load.written() >= before + WRITES);
  }
}
