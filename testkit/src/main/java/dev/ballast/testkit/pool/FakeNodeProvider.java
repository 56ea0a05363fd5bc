package dev.ballast.testkit.pool;

import dev.ballast.core.pool.Machine;
import dev.ballast.core.pool.MachineSpec;
import dev.ballast.core.pool.NodeProvider;
import dev.ballast.core.status.Failure;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Machines that are only written down. Fails on request. Thread-safe. */
public final class FakeNodeProvider implements NodeProvider {

  private final Map<String, Machine> machines = new TreeMap<>();
  private final Deque<Failure> failures = new ArrayDeque<>();
  private final List<String> calls = new ArrayList<>();

  /** The next call fails with this. */
  public synchronized void failNext(Failure failure) {
    failures.add(failure);
  }

  /** Ends a machine behind everybody's back. */
  public synchronized void lose(String name) {
    machines.remove("fake://" + name);
  }

  /** What was called, such as {@code create web-0}. */
  public synchronized List<String> calls() {
    return List.copyOf(calls);
  }

  @Override
  public synchronized Listed list() {
    return failures.isEmpty()
        ? new Listed.Machines(List.copyOf(machines.values()))
        : new Listed.Failed(failures.poll());
  }

  @Override
  public synchronized Created create(MachineSpec spec) {
    calls.add("create " + spec.name());
    if (!failures.isEmpty()) {
      return new Created.Failed(failures.poll());
    }
    String id = "fake://" + spec.name();
    Machine machine = machines.computeIfAbsent(id, absent -> new Machine(id, spec));
    return machine.spec().token().equals(spec.token())
        ? new Created.Made(machine)
        : new Created.Failed(
            new Failure(409, "AlreadyExists", "machine \"" + spec.name() + "\" already exists"));
  }

  @Override
  public synchronized Deleted delete(String id) {
    calls.add("delete " + id);
    if (!failures.isEmpty()) {
      return new Deleted.Failed(failures.poll());
    }
    machines.remove(id);
    return new Deleted.Gone();
  }
}
