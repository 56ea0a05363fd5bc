package dev.ballast.planner;

import dev.ballast.control.plan.PodView;
import dev.ballast.core.placement.Refusal.Rule;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.time.Now;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * The pods that wait for a node, and when each is worth another try: now (by priority, then by
 * arrival), at the end of its back-off, or, when no node could take it, once the cluster changed
 * for the better or what refused it did, and every 30 seconds in any case.
 *
 * <p>Pure data, one thread. Times are monotonic nanoseconds.
 */
final class PendingQueue {

  private static final long FIRST_BACKOFF = 50_000_000L;
  private static final long LONGEST_BACKOFF = 10_000_000_000L;
  private static final long PATIENCE = 30_000_000_000L;

  enum State {
    ACTIVE,
    BACKOFF,
    UNSCHEDULABLE
  }

  /** One waiting pod and its history. */
  static final class Entry {
    private final long arrival;
    private final Now since;
    private PodView pod;
    private State state = State.ACTIVE;
    private long due;
    private int attempts;
    private Set<Rule> refusedBy = Set.of();

    private Entry(PodView pod, long arrival, Now since) {
      this.pod = pod;
      this.arrival = arrival;
      this.since = since;
    }

    PodView pod() {
      return pod;
    }

    Now since() {
      return since;
    }

    int attempts() {
      return attempts;
    }
  }

  private static final Comparator<Entry> BY_URGENCY =
      Comparator.comparingInt((Entry e) -> -e.pod.priority()).thenComparingLong(e -> e.arrival);
  private static final Comparator<Entry> BY_DUE =
      Comparator.comparingLong((Entry e) -> e.due).thenComparingLong(e -> e.arrival);

  private final Map<ObjectKey, Entry> entries = new HashMap<>();
  private final TreeSet<Entry> active = new TreeSet<>(BY_URGENCY);
  private final TreeSet<Entry> backoff = new TreeSet<>(BY_DUE);
  private final TreeSet<Entry> unschedulable = new TreeSet<>(BY_DUE);
  private final Set<Rule> changed = EnumSet.noneOf(Rule.class);
  private long arrivals;

  /**
   * A pod that is new, or changed. A change that placement does not read changes nothing here.
   *
   * @return whether it is new
   */
  boolean put(PodView pod, Now now) {
    Entry entry = entries.get(pod.ref().key());
    if (entry != null && asksTheSame(entry.pod, pod)) {
      entry.pod = pod;
      return false;
    }
    remove(pod.ref().key());
    Entry fresh = new Entry(pod, arrivals++, now);
    entries.put(pod.ref().key(), fresh);
    active.add(fresh);
    return entry == null;
  }

  void remove(ObjectKey key) {
    Entry entry = entries.remove(key);
    if (entry != null) {
      queue(entry.state).remove(entry);
    }
  }

  /** The most urgent pods that are due; they stay active until told otherwise. */
  List<Entry> next(int most, Now now) {
    reconsider();
    while (!backoff.isEmpty() && backoff.first().due <= now.monotonicNanos()) {
      move(backoff.first(), State.ACTIVE, 0);
    }
    while (!unschedulable.isEmpty() && unschedulable.first().due <= now.monotonicNanos()) {
      move(unschedulable.first(), State.ACTIVE, 0);
    }
    List<Entry> batch = new ArrayList<>(Math.min(most, active.size()));
    for (Entry entry : active) {
      if (batch.size() == most) {
        break;
      }
      batch.add(entry);
    }
    addGangs(batch);
    batch.forEach(entry -> entry.attempts++);
    return batch;
  }

  /** A gang is planned whole: where one pod of it is due, all are. */
  private void addGangs(List<Entry> batch) {
    Set<String> gangs = new HashSet<>();
    batch.stream().map(one -> one.pod.gang()).filter(gang -> !gang.isEmpty()).forEach(gangs::add);
    if (!gangs.isEmpty()) {
      Set<Entry> chosen = new HashSet<>(batch);
      for (Entry entry : List.copyOf(entries.values())) {
        if (gangs.contains(entry.pod.gang()) && chosen.add(entry)) {
          move(entry, State.ACTIVE, 0);
          batch.add(entry);
        }
      }
    }
  }

  /**
   * No node can take it now.
   *
   * @param refusedBy what must change for it
   */
  void unschedulable(Entry entry, Set<Rule> refusedBy, Now now) {
    if (entries.get(entry.pod.ref().key()) == entry) {
      entry.refusedBy = refusedBy;
      move(entry, State.UNSCHEDULABLE, now.monotonicNanos() + PATIENCE);
    }
  }

  /** The try failed for a passing reason. */
  void later(Entry entry, Now now) {
    if (entries.get(entry.pod.ref().key()) == entry) {
      move(entry, State.BACKOFF, now.monotonicNanos() + backoff(entry));
    }
  }

  /** There is more room, or another node: what did not fit may fit, after its back-off. */
  void clusterImproved() {
    improved(entry -> true);
  }

  private void improved(Predicate<Entry> which) {
    for (Entry entry : unschedulable.stream().filter(which).toList()) {
      long tried = entry.due - PATIENCE;
      move(entry, State.BACKOFF, tried + backoff(entry));
    }
  }

  /**
   * What rules of these kinds say may be another thing now, as when a pod came or a group changed:
   * those that they refused are tried again after their back-off, all others are left in peace.
   */
  void rulesChanged(Set<Rule> rules) {
    changed.addAll(rules);
  }

  /** Once for many changes. */
  private void reconsider() {
    if (!changed.isEmpty()) {
      improved(entry -> !Collections.disjoint(entry.refusedBy, changed));
      changed.clear();
    }
  }

  /** When {@link #next} would find something, if nothing changes (0: now); empty for never. */
  OptionalLong nextDue() {
    reconsider();
    if (!active.isEmpty()) {
      return OptionalLong.of(0);
    }
    long due = backoff.isEmpty() ? Long.MAX_VALUE : backoff.first().due;
    due = unschedulable.isEmpty() ? due : Math.min(due, unschedulable.first().due);
    return due == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(due);
  }

  int size(State state) {
    return queue(state).size();
  }

  private void move(Entry entry, State state, long due) {
    queue(entry.state).remove(entry);
    entry.state = state;
    entry.due = due;
    queue(state).add(entry);
  }

  private TreeSet<Entry> queue(State state) {
    return switch (state) {
      case ACTIVE -> active;
      case BACKOFF -> backoff;
      case UNSCHEDULABLE -> unschedulable;
    };
  }

  private static long backoff(Entry entry) {
    int doublings = Math.clamp(entry.attempts - 1L, 0, 20);
    return Math.min(LONGEST_BACKOFF, FIRST_BACKOFF << doublings);
  }

  private static boolean asksTheSame(PodView before, PodView after) {
    return before.ref().equals(after.ref())
        && before.shape() == after.shape()
        && before.priority() == after.priority();
  }
}
