package dev.ballast.bench.store;

import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.store.CommitResult;
import dev.ballast.core.store.ResourceStore;
import dev.ballast.core.store.Write;
import dev.ballast.core.telemetry.Telemetry;
import dev.ballast.core.time.Now;
import dev.ballast.core.time.Timers;
import dev.ballast.stategrid.Settings;
import dev.ballast.stategrid.StateGrid;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** Our store through its port, one member, in this process. Every write is a compare-and-set. */
final class PortSubject implements Subject {

  private final StateGrid grid;

  PortSubject(Path directory) {
    grid = StateGrid.open(Settings.in(directory), new BenchTimers(), Telemetry.NONE);
  }

  @Override
  public String name() {
    return "ballast-port";
  }

  @Override
  public int members() {
    return 1;
  }

  @Override
  public Client client(int number) {
    ResourceStore store = grid.store();
    Map<String, Long> revisions = new HashMap<>();
    return (name, filling) -> {
      ObjectKey key = new ObjectKey(ResourceType.CONFIG_MAPS, Documents.NAMESPACE, name);
      byte[] json = Documents.configMap(name, filling);
      Long revision =
          revisions.computeIfAbsent(
              name, absent -> store.get(key).map(document -> document.revision()).orElse(0L));
      CommitResult result =
          store.commit(
              revision == 0
                  ? new Write.Create(key, json)
                  : new Write.Replace(key, revision, "", json));
      if (!(result instanceof CommitResult.Committed committed)) {
        throw new IllegalStateException("a write of its own key was refused: " + result);
      }
      revisions.put(name, committed.revision());
    };
  }

  @Override
  public void close() {
    grid.close();
  }

  /** Real time; the store schedules only its compaction, which a bench does without. */
  private static final class BenchTimers implements Timers {
    @Override
    public Now now() {
      return new Now(Instant.now(), System.nanoTime());
    }

    @Override
    public void execute(Runnable task) {
      Thread.startVirtualThread(task);
    }

    @Override
    public Scheduled schedule(Duration delay, Runnable task) {
      return () -> {};
    }
  }
}
