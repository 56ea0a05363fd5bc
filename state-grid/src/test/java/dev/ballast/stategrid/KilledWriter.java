package dev.ballast.stategrid;

import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.store.CommitResult;
import dev.ballast.core.store.ResourceStore;
import dev.ballast.core.store.Write;
import dev.ballast.core.telemetry.Telemetry;
import dev.ballast.testkit.time.WallTimers;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The process that {@link KillTest} kills: writes without end and tells what was acknowledged. */
final class KilledWriter {

  private static final int WRITERS = 8;
  private static final int KEYS_OF_EACH = 20;

  private KilledWriter() {}

  public static void main(String[] arguments) throws InterruptedException {
    StateGrid grid =
        StateGrid.open(Settings.in(Path.of(arguments[0])), new WallTimers(), Telemetry.NONE);
    PrintStream journal = System.out;
    List<Thread> threads = new ArrayList<>();
    for (int writer = 0; writer < WRITERS; writer++) {
      int mine = writer;
      threads.add(Thread.startVirtualThread(() -> write(grid.store(), mine, journal)));
    }
    for (Thread thread : threads) {
      thread.join();
    }
  }

  private static void write(ResourceStore store, int writer, PrintStream journal) {
    for (int i = 0; ; i++) {
      ObjectKey one = key(writer + "-" + i % KEYS_OF_EACH);
      ObjectKey two = key(writer + "-also-" + i % KEYS_OF_EACH);
      List<Write> writes =
          i % 3 == 0
              ? List.of(write(store.get(one), one), write(store.get(two), two))
              : List.of(write(store.get(one), one));
      if (store.commit(writes) instanceof CommitResult.Committed committed) {
        for (Document document : committed.documents()) {
          String line =
              document.key().name()
                  + " "
                  + document.revision()
                  + " "
                  + document.json().length
                  + " .";
          synchronized (journal) {
            journal.println(line);
            journal.flush();
          }
        }
      }
    }
  }

  private static ObjectKey key(String name) {
    return new ObjectKey(ResourceType.CONFIG_MAPS, "default", name);
  }

  private static Write write(Optional<Document> current, ObjectKey key) {
    var document = Json.object();
    document.put("apiVersion", "v1").put("kind", "ConfigMap");
    document.putObject("metadata").put("name", key.name());
    document
        .putObject("data")
        .put("value", "x".repeat((int) (current.map(Document::revision).orElse(0L) % 997)));
    byte[] json = Json.storable(document);
    return current
        .<Write>map(seen -> new Write.Replace(key, seen.revision(), "", json))
        .orElseGet(() -> new Write.Create(key, json));
  }
}
