package dev.ballast.app.simulation;

import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.store.CommitResult;
import dev.ballast.core.store.ListQuery;
import dev.ballast.core.store.ListResult;
import dev.ballast.core.store.ResourceStore;
import dev.ballast.core.store.Watch;
import dev.ballast.core.store.WatchQuery;
import dev.ballast.core.store.Write;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The store as one process reaches it: over a link with faults, and only while it lives. */
final class Link implements ResourceStore {

  private final ResourceStore store;
  private final SimulatedProcess process;
  private final LinkFaults faults;

  Link(ResourceStore store, SimulatedProcess process, LinkFaults faults) {
    this.store = store;
    this.process = process;
    this.faults = faults;
  }

  @Override
  public CommitResult commit(List<Write> writes) {
    process.step();
    Optional<CommitResult> fault = faults.before(writes);
    if (fault.isPresent()) {
      return fault.get();
    }
    CommitResult result = store.commit(writes);
    process.step();
    faults.after();
    return result;
  }

  @Override
  public Optional<Document> get(ObjectKey key) {
    process.step();
    faults.requireLink();
    return store.get(key);
  }

  @Override
  public ListResult list(ListQuery query) {
    process.step();
    faults.requireLink();
    return store.list(query);
  }

  @Override
  public Watch watch(WatchQuery query, Runnable signal) {
    process.step();
    faults.requireLink();
    Watch watch = store.watch(query, signal);
    faults.opened(signal);
    return new Watch() {
      private long seen = query.afterRevision();

      @Override
      public Poll poll(int max) {
        process.step();
        if (faults.endsWatch()) {
          return new Poll.Closed("simulated");
        }
        if (faults.isLate()) {
          return new Poll.Events(List.of(), seen, false);
        }
        Poll poll = watch.poll(max);
        if (!(poll instanceof Poll.Events events)) {
          return poll;
        }
        seen = events.revision();
        return faults.repeating ? new Poll.Events(twice(events), seen, events.more()) : events;
      }

      @Override
      public void close() {
        faults.closed(signal);
        watch.close();
      }
    };
  }

  private static List<Watch.Event> twice(Watch.Poll.Events events) {
    List<Watch.Event> twice = new ArrayList<>();
    for (Watch.Event event : events.events()) {
      twice.add(event);
      twice.add(event);
    }
    return twice;
  }

  @Override
  public long revision() {
    process.step();
    faults.requireLink();
    return store.revision();
  }

  @Override
  public void close() {}
}
