package dev.ballast.stategrid.faults;

import dev.ballast.stategrid.faults.Attempt.Outcome;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Clients on every member: they read and replace a few keys and note what they were told. Each
 * works a while without a pause, so that they meet at keys, and rests then, so that several seeds
 * have room on one machine.
 */
final class Load {

  private static final int CLIENTS = 15;
  private static final int KEYS = 30;
  private static final int IN_A_ROW = 12;
  private static final int LONGEST_REST_MILLIS = 3000;

  private final List<Machine> machines;
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

  Load(List<Machine> machines, long seed) {
    this.machines = machines;
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

  /** Whether a key was read and replaced at a member, by a client beside the others. */
  boolean replace(Machine machine, String key) {
    Map<String, Long> seen = new HashMap<>();
    try (Machine.Link link = machine.link()) {
      read(link, machine, key, seen);
      Long before = seen.get(key);
      if (before == null) {
        return false;
      }
      write(link, machine, key, before, "r" + replaced.incrementAndGet(), seen);
      return seen.getOrDefault(key, before) > before;
    } catch (IOException e) {
      return false;
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
    Map<String, Long> seen = new HashMap<>();
    long values = 0;
    while (!stopped) {
      try (Machine.Link link = machine.link()) {
        while (!stopped) {
          if (random.nextInt(IN_A_ROW) == 0 && !hurries) {
            pause(random.nextInt(LONGEST_REST_MILLIS));
          }
          working.readLock().lock();
          try {
            String key = "k" + random.nextInt(KEYS);
            Long expected = seen.get(key);
            if (expected == null || random.nextInt(10) < 4) {
              read(link, machine, key, seen);
            } else {
              write(link, machine, key, expected, "c" + number + "-" + values++, seen);
            }
          } finally {
            working.readLock().unlock();
          }
        }
      } catch (IOException e) {
        pause();
      }
    }
  }

  private static void pause() {
    pause(20);
  }

  private static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  void read(Machine.Link link, Machine machine, String key, Map<String, Long> seen)
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
      Machine.Link link, Machine machine, String key, long began, Map<String, Long> seen)
      throws IOException {
    if (link.in.readByte() == FaultMember.OK) {
      long version = link.in.readLong();
      String value = link.in.readUTF();
      seen.put(key, version);
      history.add(
          new Attempt(
              key, began, System.nanoTime(), -1, Outcome.DONE, version, value, machine.id()));
    } else {
      pause();
    }
  }

  private void write(
      Machine.Link link,
      Machine machine,
      String key,
      long expected,
      String value,
      Map<String, Long> seen)
      throws IOException {
    long began = System.nanoTime();
    Outcome outcome = Outcome.UNKNOWN;
    long version = 0;
    try {
      link.out.writeByte(FaultMember.PUT);
      link.out.writeUTF(key);
      link.out.writeLong(expected);
      link.out.writeUTF(value);
      link.out.flush();
      switch (link.in.readByte()) {
        case FaultMember.OK -> {
          version = link.in.readLong();
          outcome = Outcome.DONE;
          seen.put(key, version);
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
              key, began, System.nanoTime(), expected, outcome, version, value, machine.id()));
    }
  }

  private void wrote() {
    written.incrementAndGet();
    long now = System.nanoTime();
    long pause = now - lastWrite.getAndSet(now);
    longestPause.accumulateAndGet(pause, Math::max);
  }
}
