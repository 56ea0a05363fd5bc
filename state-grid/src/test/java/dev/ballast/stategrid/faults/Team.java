package dev.ballast.stategrid.faults;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Three machines on one net, and the members that run on them. One thread of the test. */
final class Team implements AutoCloseable {

  static final int MEMBERS = 3;

  /** What is waited for. */
  interface Condition {
    boolean holds();
  }

  private final List<Machine> machines = new ArrayList<>();
  private final FaultNet bridge;
  private final Cables cables;
  private final Path place;

  /**
   * @param net number of the net: several may be on one host
   * @param place for disks and logs
   */
  Team(int net, long seed, Path place) {
    this.place = place;
    String name = "bf" + net;
    UUID group = new UUID(seed, ProcessHandle.current().pid());
    for (int i = 0; i < MEMBERS; i++) {
      machines.add(new Machine(name, i, place, group));
    }
    bridge = new FaultNet(name);
    cables = new Cables(name, MEMBERS);
  }

  /** From now on members speak with each other over TLS only. */
  void useTls() {
    MemberKeys.make(place, machines.stream().map(Machine::ip).toList());
  }

  /** Returns when somebody leads. */
  void start() throws InterruptedException {
    plugIn();
    machines.forEach(machine -> machine.start(machines));
    await("the first leader", 180, () -> leader().isPresent());
  }

  /** The first alone, without a group; the others are machines only. */
  void startAlone() throws InterruptedException {
    plugIn();
    machines.getFirst().startAlone();
    await("the member alone", 180, () -> leader().isPresent());
  }

  private void plugIn() {
    machines.forEach(Machine::plugIn);
    machines.forEach(machine -> machine.plugInto(machines));
  }

  /**
   * The member alone becomes the first of a group while it lets history go, and the others join it,
   * one by one.
   *
   * @param horizon up to which history goes
   * @param millis how long it has been going then
   */
  void join(long horizon, int millis) throws InterruptedException {
    try (Machine.Link link = machines.getFirst().link()) {
      link.out.writeByte(FaultMember.FOUND);
      link.out.writeLong(horizon);
      link.out.writeInt(millis);
      link.out.flush();
      link.in.readByte();
    } catch (IOException e) {
      throw new IllegalStateException("the member alone began no group", e);
    }
    for (int members = 2; members <= MEMBERS; members++) {
      List<Machine> group = machines.subList(0, members);
      group.getLast().start(List.of());
      await("a further member's vote", 180, () -> setPeers(group));
    }
  }

  List<Machine> machines() {
    return machines;
  }

  Cables cables() {
    return cables;
  }

  Optional<Machine> leader() {
    return machines.stream().filter(Machine::leads).findFirst();
  }

  void startAgain(Machine machine) {
    machine.start(machines);
  }

  /** Whoever does not run does so again. */
  void startAll() {
    machines.stream().filter(machine -> !machine.runs()).forEach(this::startAgain);
  }

  void await(String what, int seconds, Condition condition) throws InterruptedException {
    long end = System.nanoTime() + seconds * 1_000_000_000L;
    while (!condition.holds()) {
      if (System.nanoTime() > end) {
        machines.stream().filter(Machine::runs).forEach(machine -> machine.signal("QUIT"));
        Thread.sleep(2000);
        throw new IllegalStateException("waited " + seconds + " s in vain for " + what);
      }
      Thread.sleep(50);
    }
  }

  /** Tells the group who is in it from now on: everybody here. */
  boolean setPeers() {
    return setPeers(machines);
  }

  private boolean setPeers(List<Machine> group) {
    String peers = String.join(",", group.stream().map(Machine::peer).toList());
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

  @Override
  public void close() {
    machines.forEach(Machine::close);
    cables.close();
    bridge.close();
  }
}
