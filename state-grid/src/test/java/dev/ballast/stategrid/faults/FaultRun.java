package dev.ballast.stategrid.faults;

import dev.ballast.stategrid.faults.Attempt.Outcome;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * One run: three members, clients and watchers, and one fault after the other, all drawn from a
 * seed. In the end everything is mended, and the history is checked.
 */
final class FaultRun {

  /**
   * How long a run is.
   *
   * @param seconds at least
   * @param operations at least; 0 also spares it meeting every fault that the seed is dealt
   * @param only faults to be met instead of what the seed is dealt; empty for that
   */
  record Length(int seconds, int operations, List<Fault> only) {
    static Length brief(int seconds) {
      return new Length(seconds, 0, List.of());
    }

    int earlyKeys() {
      return operations > 0 ? 300 : 60;
    }

    static Length whole(int seconds, int operations) {
      return new Length(seconds, operations, List.of());
    }
  }

  private static final long REFUSED_WITHIN_MILLIS = 25_000;

  private final long seed;
  private final Random random;
  private final Team team;
  private final List<Machine> machines;
  private final Map<Fault, Integer> faults = new EnumMap<>(Fault.class);
  private final List<String> wrong = new ArrayList<>();
  private final Map<Fault, Long> pauses = new EnumMap<>(Fault.class);

  private FaultRun(long seed, Team team) {
    this.seed = seed;
    this.random = new Random(seed);
    this.team = team;
    this.machines = team.machines();
  }

  static FaultReport run(long seed, Length length, int net, Path directory) throws Exception {
    try (Team team = new Team(net, seed, directory)) {
      return new FaultRun(seed, team).go(length);
    }
  }

  /** Every second one begins as most clusters do: with one member, which the others join later. */
  private boolean beginsAlone() {
    return (seed & 1) == 0;
  }

  private FaultReport go(Length length) throws Exception {
    team.useTls();
    if (beginsAlone()) {
      team.startAlone();
    } else {
      team.start();
    }
    Load load = new Load(machines, seed, true);
    List<Follower> followers = new ArrayList<>();
    for (int i = 0; i < Team.MEMBERS; i++) {
      followers.add(new Follower(machines, i));
    }
    Thread.sleep(1500);
    long began = System.nanoTime();
    try (Compaction compaction = new Compaction(team, followers)) {
      EarlyKeys early = beginsAlone() ? join(length, load, compaction) : early(length, load);
      inflictAll(length, load);
      team.startAll();
      team.await("a leader after all faults", 120, () -> team.leader().isPresent());
      team.await("the end of the early keys", 120, early::gone);
      Thread.sleep(1000);
      load.stop();
      wrong.addAll(new Judge(team, load, followers).wrong());
      compaction.now();
      if (compaction.horizon() == 0) {
        wrong.add("nobody let history go");
      }
    }
    wrong.addAll(new Remains(team, followers.getFirst().state()).wrong());
    return report(load.history(), (System.nanoTime() - began) / 1_000_000_000L);
  }

  private EarlyKeys early(Length length, Load load) {
    EarlyKeys early = new EarlyKeys(machines, load, length.earlyKeys());
    early.mayGo();
    return early;
  }

  /**
   * The group begins while there is history to let go, of keys that are deleted then; and no fault
   * comes before their last marks have gone, for a restart heals a member that still has these.
   */
  private EarlyKeys join(Length length, Load load, Compaction compaction)
      throws InterruptedException {
    load.hurry(true);
    Thread.sleep(2500);
    load.hurry(false);
    compaction.hold(true);
    EarlyKeys early = new EarlyKeys(machines, load, length.earlyKeys());
    team.await("the early keys", 120, early::grown);
    team.join(compaction.seen(), random.nextInt(10));
    compaction.hold(false);
    early.mayGo();
    team.await("the end of the early keys", 120, early::gone);
    Thread.sleep(2000);
    return early;
  }

  private void inflictAll(Length length, Load load) throws Exception {
    long end = System.nanoTime() + length.seconds() * 1_000_000_000L;
    List<Fault> deck =
        new ArrayList<>(length.only().isEmpty() ? Fault.dealtTo(seed) : length.only());
    if (length.operations() == 0 && length.only().isEmpty()) {
      // Nothing else shows a leader that answers from memory; a short run meets that first.
      deck.addFirst(Fault.PAUSE_IDLE_LEADER);
    }
    int dealt = length.operations() > 0 ? deck.size() : 0;
    int enough = load.operations() + length.operations();
    for (int met = 0; met < dealt || System.nanoTime() < end || load.operations() < enough; met++) {
      if (deck.isEmpty()) {
        deck.addAll(length.only().isEmpty() ? List.of(Fault.values()) : length.only());
        Collections.shuffle(deck, random);
      }
      inflict(deck.removeFirst(), load);
    }
  }

  private Machine any() {
    return machines.get(random.nextInt(Team.MEMBERS));
  }

  private Machine leaderOrAny() {
    return team.leader().orElseGet(this::any);
  }

  private void inflict(Fault fault, Load load) throws Exception {
    faults.merge(fault, 1, Integer::sum);
    long hold = 1500 + random.nextInt(2500);
    load.longestPauseMillis();
    switch (fault) {
      case STOP_LEADER -> stop(leaderOrAny(), hold);
      case KILL_LEADER -> kill(leaderOrAny(), hold);
      case KILL_ANY -> kill(any(), hold);
      case PAUSE_LEADER -> pause(leaderOrAny(), hold);
      case PAUSE_ANY -> pause(any(), hold);
      case PAUSE_IDLE_LEADER -> pauseIdle(leaderOrAny(), load);
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
    team.startAll();
    team.await("a leader after " + fault, 120, () -> team.leader().isPresent());
    // Before that the next fault would leave no majority where it should.
    if (fault == Fault.DISK_FULL) {
      bringBackWhoEndsOfIt();
    }
    team.await("every member after " + fault, 120, this::everyoneAnswers);
    Thread.sleep(800 + random.nextInt(1200));
    pauses.merge(fault, load.longestPauseMillis(), Math::max);
  }

  /** A member may end only after its disk has room again, when it has found its files broken. */
  private void bringBackWhoEndsOfIt() throws InterruptedException {
    for (int looks = 0; looks < 30; looks++) {
      Thread.sleep(100);
      team.startAll();
    }
  }

  private boolean everyoneAnswers() {
    return machines.stream().allMatch(Machine::answers);
  }

  private void kill(Machine machine, long hold) throws InterruptedException {
    machine.kill();
    Thread.sleep(hold);
    team.startAgain(machine);
  }

  /** SIGTERM: it hands its leadership over first. */
  private void stop(Machine machine, long hold) throws InterruptedException {
    machine.stop();
    Thread.sleep(hold);
    team.await("the end of a member after SIGTERM", 30, () -> !machine.runs());
    team.startAgain(machine);
  }

  private static void pause(Machine machine, long hold) throws InterruptedException {
    machine.signal("STOP");
    Thread.sleep(hold);
    machine.signal("CONT");
  }

  /**
   * A leader that heard nothing new before it was stopped, and is asked before it can hear
   * anything: what was written at its successor meanwhile must be in every answer.
   */
  private void pauseIdle(Machine machine, Load load) throws InterruptedException {
    Machine other = machines.get((machine.number() + 1) % Team.MEMBERS);
    load.rest();
    try (Questions questions = new Questions(machine, load)) {
      machine.signal("STOP");
      try {
        for (String key : Questions.KEYS) {
          team.await("a write beside a stopped leader", 60, () -> load.replace(other, key) > 0);
        }
        questions.send();
      } finally {
        machine.signal("CONT");
      }
      questions.receive();
    } catch (IOException e) {
      throw new IllegalStateException("a leader that was to be asked", e);
    } finally {
      load.goOn();
    }
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
    long began = System.nanoTime();
    byte linearizable = asked(survivor, FaultMember.GET);
    if (linearizable != FaultMember.NOTHING_DONE) {
      wrong.add("without a majority a linearizable read got " + linearizable);
    }
    byte write = asked(survivor, FaultMember.PUT);
    if (write != FaultMember.NOTHING_DONE && write != FaultMember.UNKNOWN) {
      wrong.add("without a majority a write got " + write);
    }
    long took = (System.nanoTime() - began) / 1_000_000;
    if (took > REFUSED_WITHIN_MILLIS) {
      wrong.add("without a majority a read and a write were refused after %d ms".formatted(took));
    }
    team.startAll();
  }

  /** Of the first key; 0 when there was no answer. */
  private static byte asked(Machine machine, byte what) {
    try (Machine.Link link = machine.link()) {
      link.out.writeByte(what);
      link.out.writeUTF(
          what == FaultMember.PUT ? "nobody-should-have-this" : Load.keys().getFirst());
      if (what == FaultMember.PUT) {
        link.out.writeLong(0);
        link.out.writeUTF("none");
      }
      link.out.flush();
      return link.in.readByte();
    } catch (IOException e) {
      return 0;
    }
  }

  private void slow(Machine machine, long hold) throws InterruptedException {
    team.cables().slow(machine.number(), 20 + random.nextInt(300));
    Thread.sleep(hold);
    team.cables().slow(-1, 0);
  }

  /** A follower is away until the log no longer reaches back to where it was, and comes back. */
  private void snapshot(Load load) throws InterruptedException {
    Machine follower =
        machines.stream().filter(machine -> !machine.leads()).findAny().orElseThrow();
    long before = load.written();
    follower.kill();
    load.hurry(true);
    long patience = System.nanoTime() + 20_000_000_000L;
    while (load.written() < before + 600 && System.nanoTime() < patience) {
      Thread.sleep(100);
    }
    load.hurry(false);
    team.startAgain(follower);
  }

  /** A member whose log cannot be written ends, and whoever watches over it starts it again. */
  private void diskFull(Machine machine, long hold) throws InterruptedException {
    machine.fillDisk();
    Thread.sleep(hold);
    machine.emptyDisk();
    if (!machine.runs()) {
      team.startAgain(machine);
    }
  }

  /** Its place is taken by one of another name, which fetches everything from the others. */
  private void wipe(Machine machine) throws InterruptedException {
    machine.kill();
    machine.loseDisk();
    machine.start(List.of());
    team.await("the new member's vote", 180, team::setPeers);
  }

  private void moveClock(Machine machine, long hold) throws InterruptedException {
    machine.setClock(random.nextBoolean() ? 7200 : -7200);
    Thread.sleep(hold);
    machine.setClock(0);
  }

  private FaultReport report(List<Attempt> history, long seconds) {
    return new FaultReport(
        seed,
        seconds,
        history.size(),
        count(history, Outcome.DONE),
        history.stream()
            .filter(attempt -> attempt.deletes() && attempt.outcome() == Outcome.DONE)
            .count(),
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
}
