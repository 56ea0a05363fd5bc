package dev.ballast.stategrid.faults;

import dev.ballast.stategrid.faults.Attempt.Kind;
import dev.ballast.stategrid.faults.Attempt.Outcome;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Clients on every member: they read, create, replace and delete a few keys and note what they were
 * told. Each works a while without a pause, so that they meet at keys, and rests then, so that
 * several seeds have room on one machine.
 */
final class Load {

  private static final int CLIENTS = 15;
  private static final int KEYS = 30;
  private static final int IN_A_ROW = 12;

  /** Of what is there; about a sixth of all writes. */
  private static final int DELETED_ONCE_IN = 5;

  private static final int LONGEST_REST_MILLIS = 3000;

  /** What a client last saw of a key. */
  record Seen(long version, String value) {
    static final Seen NOTHING = new Seen(0, "");
  }

  private final List<Machine> machines;
  private final boolean deletes;
  private final List<Attempt> history = Collections.synchronizedList(new ArrayList<>());
  private final List<Thread> clients = new ArrayList<>();
  private final AtomicLong written = new AtomicLong();
  private final AtomicLong lastWrite = new AtomicLong();
  private final AtomicLong longestPause = new AtomicLong();
  private final AtomicLong replaced = new AtomicLong();

  /** Shared by clients at work; alone for whoever has them rest. */
  private final ReentrantReadWriteLock working = new ReentrantReadWriteLock();

  private volatile boolean hurries;
  private volatile boolean stopped;

  /**
   * @param deletes whether a sixth of the writes are deletes
   */
  Load(List<Machine> machines, long seed, boolean deletes) {
    this.machines = machines;
    this.deletes = deletes;
    lastWrite.set(System.nanoTime());
    for (int i = 0; i < CLIENTS; i++) {
      int number = i;
      Random random = new Random(seed * 31 + i);
      clients.add(Thread.ofPlatform().daemon().start(() -> run(number, random)));
    }
  }

  static List<String> keys() {
    List<String> keys = new ArrayList<>();
    for (int i = 0; i < KEYS; i++) {
      keys.add("k" + i);
    }
    return keys;
  }

  void stop() throws InterruptedException {
    stopped = true;
    for (Thread client : clients) {
      client.join(30_000);
    }
  }

  /** Returns when no client does anything, which holds until {@link #goOn}, of the same thread. */
  void rest() {
    working.writeLock().lock();
  }

  void goOn() {
    working.writeLock().unlock();
  }

  /** Whether clients do without their rests. */
  void hurry(boolean on) {
    hurries = on;
  }

  /**
   * Reads a key at a member and replaces or creates it, beside the clients.
   *
   * @return the version that it made; 0 if it was not told of one
   */
  long replace(Machine machine, String key) {
    Map<String, Seen> seen = new HashMap<>();
    try (Machine.Link link = machine.link()) {
      read(link, machine, key, seen);
      Seen before = seen.get(key);
      if (before == null) {
        return 0;
      }
      put(link, machine, key, "r" + replaced.incrementAndGet(), seen);
      Seen after = seen.getOrDefault(key, before);
      return after.version() > before.version() ? after.version() : 0;
    } catch (IOException e) {
      return 0;
    }
  }

  List<Attempt> history() {
    synchronized (history) {
      return List.copyOf(history);
    }
  }

  /** How long nobody got a write through, up to now, and begins to measure anew. */
  long longestPauseMillis() {
    long now = System.nanoTime();
    return Math.max(longestPause.getAndSet(0), now - lastWrite.get()) / 1_000_000;
  }

  int operations() {
    return history.size();
  }

  /** How many writes were acknowledged. */
  long written() {
    return written.get();
  }

  private void run(int number, Random random) {
    Machine machine = machines.get(number % machines.size());
    Map<String, Seen> seen = new HashMap<>();
    long values = 0;
    while (!stopped) {
      try (Machine.Link link = machine.link()) {
        while (!stopped) {
          if (random.nextInt(IN_A_ROW) == 0 && !hurries) {
            pause(random.nextInt(LONGEST_REST_MILLIS));
          }
          working().lock();
          try {
            String key = "k" + random.nextInt(KEYS);
            Seen before = seen.get(key);
            if (before == null || random.nextInt(10) < 4) {
              read(link, machine, key, seen);
            } else if (deletes && before.version() > 0 && random.nextInt(DELETED_ONCE_IN) == 0) {
              delete(link, machine, key, random, seen);
            } else {
              put(link, machine, key, "c" + number + "-" + values++, seen);
            }
          } finally {
            working().unlock();
          }
        }
      } catch (IOException e) {
        pause();
      }
    }
  }

  /** Held by a client beside these while it does something, so that it rests when they do. */
  Lock working() {
    return working.readLock();
  }

  static void pause() {
    pause(20);
  }

  private static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  void read(Machine.Link link, Machine machine, String key, Map<String, Seen> seen)
      throws IOException {
    long began = System.nanoTime();
    sendRead(link, key);
    receiveRead(link, machine, key, began, seen);
  }

  static void sendRead(Machine.Link link, String key) throws IOException {
    link.out.writeByte(FaultMember.GET);
    link.out.writeUTF(key);
    link.out.flush();
  }

  /** A read that fails tells nothing and is not noted. */
  void receiveRead(
      Machine.Link link, Machine machine, String key, long began, Map<String, Seen> seen)
      throws IOException {
    if (link.in.readByte() == FaultMember.OK) {
      long version = link.in.readLong();
      String value = link.in.readUTF();
      seen.put(key, new Seen(version, value));
      history.add(
          new Attempt(
              Kind.READ,
              key,
              began,
              System.nanoTime(),
              0,
              Outcome.DONE,
              version,
              value,
              machine.id()));
    } else {
      pause();
    }
  }

  /**
   * Creates or replaces, whatever of the two what was seen asks for.
   *
   * @param own different from all others
   */
  void put(Machine.Link link, Machine machine, String key, String own, Map<String, Seen> seen)
      throws IOException {
    Seen before = seen.get(key);
    String value = before.version() == 0 ? own : Attempt.uid(before.value()) + "/" + own;
    write(link, machine, Kind.PUT, key, before.version(), value, seen);
  }

  /** Deletes what was seen by its version, or by its uid, or whatever is there. */
  private void delete(
      Machine.Link link, Machine machine, String key, Random random, Map<String, Seen> seen)
      throws IOException {
    Seen before = seen.get(key);
    switch (random.nextInt(3)) {
      case 0 -> write(link, machine, Kind.DELETE, key, before.version(), "", seen);
      case 1 -> write(link, machine, Kind.DELETE, key, 0, Attempt.uid(before.value()), seen);
      default -> delete(link, machine, key, seen);
    }
  }

  void delete(Machine.Link link, Machine machine, String key, Map<String, Seen> seen)
      throws IOException {
    write(link, machine, Kind.DELETE, key, 0, "", seen);
  }

  private void write(
      Machine.Link link,
      Machine machine,
      Kind kind,
      String key,
      long expected,
      String value,
      Map<String, Seen> seen)
      throws IOException {
    long began = System.nanoTime();
    Outcome outcome = Outcome.UNKNOWN;
    long version = 0;
    try {
      link.out.writeByte(kind == Kind.DELETE ? FaultMember.DELETE : FaultMember.PUT);
      link.out.writeUTF(key);
      link.out.writeLong(expected);
      link.out.writeUTF(value);
      link.out.flush();
      switch (link.in.readByte()) {
        case FaultMember.OK -> {
          version = link.in.readLong();
          outcome = Outcome.DONE;
          seen.put(key, kind == Kind.DELETE ? Seen.NOTHING : new Seen(version, value));
          wrote();
        }
        case FaultMember.CONFLICT -> {
          link.in.readLong();
          outcome = Outcome.REFUSED;
          seen.remove(key);
        }
        case FaultMember.NOTHING_DONE -> {
          outcome = Outcome.REFUSED;
          pause();
        }
        default -> {
          seen.remove(key);
          pause();
        }
      }
    } finally {
      history.add(
          new Attempt(
              kind,
              key,
              began,
              System.nanoTime(),
              expected,
              outcome,
              version,
              value,
              machine.id()));
    }
  }

  private void wrote() {
    written.incrementAndGet();
    long now = System.nanoTime();
    long pause = now - lastWrite.getAndSet(now);
    longestPause.accumulateAndGet(pause, Math::max);
  }
}
