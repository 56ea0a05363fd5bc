package dev.ballast.stategrid.faults;

import dev.ballast.stategrid.faults.Attempt.Outcome;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;

/**
 * One run: three members, clients and watchers, and one fault after the other, all drawn from a
 * seed. In the end everything is mended, and the history is checked.
 */
final class FaultRun {

  enum Fault {
    KILL_LEADER,
    KILL_ANY,
    PAUSE_LEADER,
    PAUSE_ANY,
    CUT_OFF_LEADER,
    CUT_OFF_ANY,
    DEAF,
    MUTE,
    NO_MAJORITY,
    DISK_FULL,
    DISK_WIPED,
    CLOCK_MOVED,
    SLOW_LEADER,
    SLOW_ANY,
    SNAPSHOT
  }

  /** What a run came to. */
  record Report(
      long seed,
      long operations,
      long written,
      long unknown,
      Map<Fault, Integer> faults,
      Map<Fault, Long> pauses,
      long imagesTaken,
      List<String> wrong) {

    @Override
    public String toString() {
      return "seed %d: %d operations (%d written, %d unknown), faults %s, longest without a write in ms %s, images taken over %d%s"
          .formatted(
              seed,
              operations,
              written,
              unknown,
              faults,
              pauses,
              imagesTaken,
              wrong.isEmpty() ? "" : ", WRONG: " + wrong);
    }
  }

  private static final int MEMBERS = 3;

  private final long seed;
  private final Random random;
  private final String net;
  private final List<Machine> machines = new ArrayList<>();
  private final Map<Fault, Integer> faults = new EnumMap<>(Fault.class);
  private final List<String> wrong = new ArrayList<>();
  private final Map<Fault, Long> pauses = new EnumMap<>(Fault.class);

  private Cables cables;

  private FaultRun(long seed, String net, Path directory) {
    this.seed = seed;
    this.random = new Random(seed);
    this.net = net;
    UUID group = new UUID(seed, ProcessHandle.current().pid());
    for (int i = 0; i < MEMBERS; i++) {
      machines.add(new Machine(net, i, directory, group));
    }
  }

  @SuppressWarnings("try") // the net is only there while the run is
  static Report run(long seed, int seconds, int netNumber, Path directory) throws Exception {
    String net = "bf" + netNumber;
    FaultRun run = new FaultRun(seed, net, directory);
    try (FaultNet bridge = new FaultNet(net);
        Cables cables = new Cables(net, MEMBERS)) {
      run.cables = cables;
      try {
        return run.go(seconds);
      } finally {
        run.machines.forEach(Machine::close);
      }
    }
  }

  private Report go(int seconds) throws Exception {
    machines.forEach(Machine::plugIn);
    machines.forEach(machine -> machine.plugInto(machines));
    machines.forEach(machine -> machine.start(machines));
    await("the first leader", 60, () -> leader().isPresent());
    Load load = new Load(machines, seed);
    List<Follower> followers = new ArrayList<>();
    for (int i = 0; i < MEMBERS; i++) {
      followers.add(new Follower(machines, i));
    }
    Thread.sleep(1500);
    long end = System.nanoTime() + seconds * 1_000_000_000L;
    List<Fault> deck = new ArrayList<>();
    while (System.nanoTime() < end) {
      if (deck.isEmpty()) {
        deck.addAll(List.of(Fault.values()));
        Collections.shuffle(deck, random);
      }
      inflict(deck.removeFirst(), load);
    }
    machines.stream().filter(machine -> !machine.runs()).forEach(one -> one.start(machines));
    await("a leader after all faults", 60, () -> leader().isPresent());
    Thread.sleep(1000);
    load.stop();
    return judge(load, followers);
  }

  private interface Condition {
    boolean holds();
  }

  private void await(String what, int seconds, Condition condition) throws InterruptedException {
    long end = System.nanoTime() + seconds * 1_000_000_000L;
    while (!condition.holds()) {
      if (System.nanoTime() > end) {
        machines.stream().filter(Machine::runs).forEach(machine -> machine.signal("QUIT"));
        Thread.sleep(2000);
        throw new IllegalStateException("waited " + seconds + " s in vain for " + what);
      }
      Thread.sleep(100);
    }
  }

  private Optional<Machine> leader() {
    return machines.stream().filter(Machine::leads).findFirst();
  }

  private Machine any() {
    return machines.get(random.nextInt(MEMBERS));
  }

  private Machine leaderOrAny() {
    return leader().orElseGet(this::any);
  }

  private void inflict(Fault fault, Load load) throws Exception {
    faults.merge(fault, 1, Integer::sum);
    long hold = 1500 + random.nextInt(2500);
    load.longestPauseMillis();
    switch (fault) {
      case KILL_LEADER -> kill(leaderOrAny(), hold);
      case KILL_ANY -> kill(any(), hold);
      case PAUSE_LEADER -> pause(leaderOrAny(), hold);
      case PAUSE_ANY -> pause(any(), hold);
      case CUT_OFF_LEADER -> cutOff(leaderOrAny(), false, false, hold);
      case CUT_OFF_ANY -> cutOff(any(), false, false, hold);
      case DEAF -> cutOff(leaderOrAny(), false, true, hold);
      case MUTE -> cutOff(leaderOrAny(), true, false, hold);
      case NO_MAJORITY -> noMajority(hold);
      case DISK_FULL -> diskFull(any(), hold);
      case DISK_WIPED -> wipe(any());
      case CLOCK_MOVED -> moveClock(any(), hold);
      case SLOW_LEADER -> slow(leaderOrAny(), hold);
      case SLOW_ANY -> slow(any(), hold);
      case SNAPSHOT -> snapshot(load);
    }
    machines.stream().filter(machine -> !machine.runs()).forEach(one -> one.start(machines));
    await("a leader after " + fault, 60, () -> leader().isPresent());
    Thread.sleep(800 + random.nextInt(1200));
    pauses.merge(fault, load.longestPauseMillis(), Math::max);
  }

  private void kill(Machine machine, long hold) throws InterruptedException {
    machine.kill();
    Thread.sleep(hold);
    machine.start(machines);
  }

  private static void pause(Machine machine, long hold) throws InterruptedException {
    machine.signal("STOP");
    Thread.sleep(hold);
    machine.signal("CONT");
  }

  private void cutOff(Machine machine, boolean hears, boolean speaks, long hold)
      throws InterruptedException {
    machine.cutOff(machines, hears, speaks);
    Thread.sleep(hold);
    machine.reconnect();
  }

  /** Who is left still tells what it has, and takes nothing. */
  private void noMajority(long hold) throws InterruptedException {
    Machine survivor = any();
    machines.stream().filter(machine -> machine != survivor).forEach(Machine::kill);
    Thread.sleep(hold);
    byte read = asked(survivor, FaultMember.LOCAL);
    if (read != FaultMember.OK) {
      wrong.add("without a majority a serializable read got " + read);
    }
    byte linearizable = asked(survivor, FaultMember.GET);
    if (linearizable == FaultMember.OK) {
      wrong.add("without a majority a linearizable read was answered");
    }
    machines.stream()
        .filter(machine -> machine != survivor)
        .forEach(machine -> machine.start(machines));
  }

  /** Of the first key; 0 when there was no answer. */
  private static byte asked(Machine machine, byte what) {
    try (Machine.Link link = machine.link()) {
      link.out.writeByte(what);
      link.out.writeUTF(Load.keys().getFirst());
      link.out.flush();
      return link.in.readByte();
    } catch (IOException e) {
      return 0;
    }
  }

  private void slow(Machine machine, long hold) throws InterruptedException {
    cables.slow(machine.number(), 20 + random.nextInt(300));
    Thread.sleep(hold);
    cables.slow(-1, 0);
  }

  /** A follower is away until the log no longer reaches back to where it was, and comes back. */
  private void snapshot(Load load) throws InterruptedException {
    Machine follower =
        machines.stream().filter(machine -> !machine.leads()).findAny().orElseThrow();
    long before = load.written();
    follower.kill();
    long patience = System.nanoTime() + 20_000_000_000L;
    while (load.written() < before + 600 && System.nanoTime() < patience) {
      Thread.sleep(100);
    }
    follower.start(machines);
  }

  /** A member whose log cannot be written ends, and whoever watches over it starts it again. */
  private void diskFull(Machine machine, long hold) throws InterruptedException {
    machine.fillDisk();
    Thread.sleep(hold);
    machine.emptyDisk();
    if (!machine.runs()) {
      machine.start(machines);
    }
  }

  /** Its place is taken by one of another name, which fetches everything from the others. */
  private void wipe(Machine machine) throws InterruptedException {
    machine.kill();
    machine.loseDisk();
    machine.start(List.of());
    String peers = String.join(",", machines.stream().map(Machine::peer).toList());
    await("the new member's vote", 90, () -> setPeers(peers));
  }

  private boolean setPeers(String peers) {
    Optional<Machine> leader = leader();
    if (leader.isEmpty()) {
      return false;
    }
    try (Machine.Link link = leader.get().link()) {
      link.out.writeByte(FaultMember.PEERS);
      link.out.writeUTF(peers);
      link.out.flush();
      return link.in.readByte() == FaultMember.OK;
    } catch (IOException e) {
      return false;
    }
  }

  private void moveClock(Machine machine, long hold) throws InterruptedException {
    machine.setClock(random.nextBoolean() ? 7200 : -7200);
    Thread.sleep(hold);
    machine.setClock(0);
  }

  private Report judge(Load load, List<Follower> followers) throws Exception {
    Map<String, Long> last = new HashMap<>();
    for (Machine machine : machines) {
      for (String key : Load.keys()) {
        await("a last read of " + key, 60, () -> readLast(load, machine, key, last));
      }
    }
    long newest = last.values().stream().mapToLong(Long::longValue).max().orElse(0);
    for (Follower follower : followers) {
      await("a watcher at " + newest, 60, () -> follower.reached() >= newest);
      follower.stop();
      wrong.addAll(follower.wrong());
    }
    List<Attempt> history = load.history();
    wrong.addAll(HistoryCheck.violations(history));
    checkStreams(followers, history, newest);
    return new Report(
        seed,
        history.size(),
        count(history, Outcome.DONE),
        count(history, Outcome.UNKNOWN),
        faults,
        pauses,
        machines.stream().mapToLong(Machine::imagesTaken).sum(),
        wrong);
  }

  private static long count(List<Attempt> history, Outcome outcome) {
    return history.stream()
        .filter(attempt -> !attempt.reads() && attempt.outcome() == outcome)
        .count();
  }

  private static boolean readLast(Load load, Machine machine, String key, Map<String, Long> last) {
    Map<String, Long> seen = new HashMap<>();
    try (Machine.Link link = machine.link()) {
      load.read(link, machine, key, seen);
    } catch (IOException e) {
      return false;
    }
    seen.forEach((name, version) -> last.merge(name, version, Math::max));
    return seen.containsKey(key);
  }

  /** All watchers saw the same, and in it every acknowledged write, and no refused one. */
  private void checkStreams(List<Follower> followers, List<Attempt> history, long newest) {
    List<Follower.Change> first = upTo(followers.getFirst(), newest);
    for (Follower follower : followers) {
      if (!upTo(follower, newest).equals(first)) {
        wrong.add("two watchers saw different streams");
      }
    }
    Set<Follower.Change> seen = new HashSet<>(first);
    Set<String> values = new HashSet<>();
    first.forEach(change -> values.add(change.value()));
    for (Attempt attempt : history) {
      if (attempt.reads()) {
        continue;
      }
      if (attempt.outcome() == Outcome.DONE
          && !seen.contains(
              new Follower.Change(attempt.version(), attempt.key(), attempt.value()))) {
        wrong.add("an acknowledged write was never seen: " + attempt);
      }
      if (attempt.outcome() == Outcome.REFUSED && values.contains(attempt.value())) {
        wrong.add("a refused write was seen: " + attempt);
      }
    }
  }

  private static List<Follower.Change> upTo(Follower follower, long newest) {
    return follower.changes().stream().filter(change -> change.revision() <= newest).toList();
  }
}
