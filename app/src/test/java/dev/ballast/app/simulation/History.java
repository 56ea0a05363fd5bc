package dev.ballast.app.simulation;

import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.selector.FieldSelector;
import dev.ballast.core.store.ResourceStore;
import dev.ballast.core.store.Watch;
import dev.ballast.core.store.WatchQuery;
import dev.ballast.core.time.Timers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Shows every commit to the invariants, in order: one watch a kind, on the bare store. */
final class History {

  private final List<Watch> watches = new ArrayList<>();
  private final Timers timers;
  private final Invariants invariants;

  History(
      ResourceStore store, Collection<ResourceType> types, Timers timers, Invariants invariants) {
    this.timers = timers;
    this.invariants = invariants;
    for (ResourceType type : types) {
      watches.add(store.watch(new WatchQuery(type, "", 0, FieldSelector.EVERYTHING), () -> {}));
    }
  }

  void drain() {
    Map<Long, List<Rule.Change>> commits = new TreeMap<>();
    for (Watch watch : watches) {
      Watch.Poll.Events events;
      do {
        events = (Watch.Poll.Events) watch.poll(1000);
        for (Watch.Event event : events.events()) {
          commits
              .computeIfAbsent(event.document().revision(), revision -> new ArrayList<>())
              .add(
                  new Rule.Change(
                      event.document().key(),
                      event.change() == Watch.Change.DELETED,
                      event.document().tree()));
        }
      } while (events.more());
    }
    Duration at = Duration.ofNanos(timers.now().monotonicNanos());
    commits.forEach(
        (revision, changes) -> invariants.committed(new Rule.Commit(revision, at, changes)));
  }
}
