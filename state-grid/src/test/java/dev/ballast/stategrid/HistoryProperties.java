package dev.ballast.stategrid;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.selector.FieldSelector;
import dev.ballast.core.selector.LabelSelectorParser;
import dev.ballast.core.store.CommitResult;
import dev.ballast.core.store.DeleteOptions;
import dev.ballast.core.store.ListQuery;
import dev.ballast.core.store.ListResult;
import dev.ballast.core.store.Watch;
import dev.ballast.core.store.WatchQuery;
import dev.ballast.core.store.Write;
import dev.ballast.core.telemetry.Telemetry;
import dev.ballast.stategrid.sqlite.SqliteLog;
import dev.ballast.testkit.store.InMemoryResourceStore;
import dev.ballast.testkit.time.WallTimers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * Random histories of commits, restarts, compactions, chains of pages and watches: the grid must
 * answer as the in-memory store does, whatever its cache holds.
 */
class HistoryProperties {

  private static final List<ResourceType> TYPES =
      List.of(ResourceType.CONFIG_MAPS, ResourceType.LEASES);
  private static final List<String> NAMESPACES = List.of("a", "b");

  @Property(tries = 40)
  void theGridAnswersAsTheModelDoes(@ForAll long seed) throws IOException {
    Path directory = Files.createTempDirectory("history");
    try (Run run = new Run(seed, directory)) {
      for (int step = 0; step < 80; step++) {
        run.step();
      }
      run.compareEverything();
    } finally {
      try (Stream<Path> files = Files.walk(directory)) {
        files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
      }
    }
  }

  /** A watch on each side, from the same revision. */
  private record Watched(Watch model, Watch real) {}

  /** The next page on each side, and how the chain began. */
  private record Chain(ListQuery query, String modelToken, String realToken) {}

  private static final class Run implements AutoCloseable {
    private final Random random;
    private final Path directory;
    private final InMemoryResourceStore model = new InMemoryResourceStore();
    private final List<Watched> watches = new ArrayList<>();
    private final List<Chain> chains = new ArrayList<>();
    private StateGrid real;
    private long horizon;
    private long restarted;

    Run(long seed, Path directory) {
      this.random = new Random(seed);
      this.directory = directory;
      start();
    }

    private void start() {
      real =
          StateGrid.open(
              Settings.in(directory),
              new WallTimers(),
              Telemetry.NONE,
              () -> SqliteLog.at(directory.resolve("state.db")),
              () -> new ForgetfulGrid(random.nextLong()));
    }

    void step() {
      int dice = random.nextInt(100);
      if (dice < 60) {
        commit();
      } else if (dice < 72) {
        list();
      } else if (dice < 78) {
        watch();
      } else if (dice < 92) {
        poll();
      } else if (dice < 96) {
        compact();
      } else {
        restart();
      }
    }

    private void commit() {
      Set<ObjectKey> keys = new LinkedHashSet<>();
      for (int i = 0; i <= random.nextInt(3); i++) {
        keys.add(anyKey());
      }
      List<Write> writes = keys.stream().map(this::anyWrite).toList();
      CommitResult expected = model.commit(writes);
      assertEquals(expected, real.store().commit(writes), writes::toString);
    }

    private ObjectKey anyKey() {
      return new ObjectKey(
          TYPES.get(random.nextInt(TYPES.size())),
          NAMESPACES.get(random.nextInt(NAMESPACES.size())),
          "n" + random.nextInt(9));
    }

    private Write anyWrite(ObjectKey key) {
      long current = model.get(key).map(Document::revision).orElse(0L);
      boolean wrong = random.nextInt(8) == 0;
      long expected = wrong ? current + 1 : current;
      if (current == 0 && !wrong) {
        return new Write.Create(key, json(key));
      }
      if (random.nextInt(3) > 0) {
        return new Write.Replace(key, expected, "", json(key));
      }
      String uid = random.nextBoolean() ? "" : "uid" + random.nextInt(2);
      return new Write.Delete(key, random.nextBoolean() ? expected : 0, DeleteOptions.ofUid(uid));
    }

    private byte[] json(ObjectKey key) {
      var document = Json.object();
      document.put("apiVersion", "v1").put("kind", "Any");
      var metadata = document.putObject("metadata");
      if (random.nextInt(4) > 0) {
        metadata.put("name", key.name()).put("uid", "uid" + random.nextInt(2));
        metadata.putObject("labels").put("l", "v" + random.nextInt(2));
      }
      if (random.nextBoolean()) {
        document.putObject("spec").put("nodeName", "node" + random.nextInt(3));
      }
      document.put("x", random.nextInt());
      return Json.storable(document);
    }

    private void list() {
      Chain chain;
      if (!chains.isEmpty() && random.nextBoolean()) {
        chain = chains.remove(random.nextInt(chains.size()));
      } else {
        ListQuery query = anyQuery();
        chain = new Chain(query, "", "");
      }
      ListQuery query = chain.query();
      ListResult expected = model.list(query.withPage(query.limit(), chain.modelToken()));
      ListResult actual = real.store().list(query.withPage(query.limit(), chain.realToken()));
      if (query.type().equals(ResourceType.LEASES)
          && query.namespace().isEmpty()
          && actual instanceof ListResult.Expired expired
          && expired.requestedRevision() < restarted) {
        return; // might hold volatile objects, which a restart forgets
      }
      if (expected instanceof ListResult.Page want && actual instanceof ListResult.Page got) {
        assertEquals(want.documents(), got.documents(), query::toString);
        assertEquals(want.revision(), got.revision());
        assertEquals(want.continueToken().isEmpty(), got.continueToken().isEmpty());
        if (!want.continueToken().isEmpty()) {
          chains.add(new Chain(query, want.continueToken(), got.continueToken()));
        }
      } else {
        assertEquals(expected, actual, query::toString);
      }
    }

    private ListQuery anyQuery() {
      ListQuery query =
          ListQuery.in(
                  TYPES.get(random.nextInt(TYPES.size())),
                  random.nextBoolean() ? "" : NAMESPACES.get(random.nextInt(NAMESPACES.size())))
              .withPage(random.nextInt(4), "");
      return switch (random.nextInt(6)) {
        case 0 -> query.withLabels(LabelSelectorParser.parse("l=v" + random.nextInt(2)));
        case 1 -> query.withLabels(LabelSelectorParser.parse("!l"));
        case 2 ->
            query.withFields(FieldSelector.equal("spec.nodeName", "node" + random.nextInt(3)));
        default -> query;
      };
    }

    private void watch() {
      long from = Math.max(0, model.revision() - random.nextInt(20));
      WatchQuery query =
          new WatchQuery(
              TYPES.get(random.nextInt(TYPES.size())),
              random.nextBoolean() ? "" : NAMESPACES.get(random.nextInt(NAMESPACES.size())),
              from);
      if (query.type().equals(ResourceType.LEASES) && query.namespace().isEmpty()) {
        return; // may hold volatile objects, of which the grid keeps less history by design
      }
      watches.add(new Watched(model.watch(query, () -> {}), real.store().watch(query, () -> {})));
    }

    private void poll() {
      if (watches.isEmpty()) {
        return;
      }
      Watched watched = watches.get(random.nextInt(watches.size()));
      int max = 1 + random.nextInt(5);
      drain(watched, max);
    }

    /** Both sides may cut differently where nothing matches, so events are compared, not polls. */
    private void drain(Watched watched, int max) {
      List<Watch.Event> expected = new ArrayList<>();
      List<Watch.Event> actual = new ArrayList<>();
      Watch.Poll want = drained(watched.model(), max, expected);
      Watch.Poll got = drained(watched.real(), max, actual);
      if (isBehind(got) || isBehind(want)) {
        watches.remove(
            watched); // where nothing was missed, either may go on and either may give up
        return;
      }
      assertEquals(expected, actual);
      assertEquals(want.getClass(), got.getClass());
      if (want instanceof Watch.Poll.Expired) {
        watches.remove(watched);
      }
    }

    private boolean isBehind(Watch.Poll poll) {
      return poll instanceof Watch.Poll.Expired expired && expired.revision() < horizon;
    }

    private static Watch.Poll drained(Watch watch, int max, List<Watch.Event> into) {
      while (true) {
        Watch.Poll poll = watch.poll(max);
        if (!(poll instanceof Watch.Poll.Events events)) {
          return poll;
        }
        into.addAll(events.events());
        if (!events.more()) {
          return poll;
        }
      }
    }

    private void compact() {
      long upTo = Math.max(0, model.revision() - random.nextInt(30));
      horizon = Math.max(horizon, upTo);
      model.compact(upTo);
      real.compact(upTo);
    }

    private void restart() {
      watches.clear();
      real.close();
      start();
      restarted = real.store().revision();
      assertEquals(model.revision(), restarted);
    }

    void compareEverything() {
      List.copyOf(watches).forEach(watched -> drain(watched, 100));
      restart();
      for (ResourceType type : TYPES) {
        assertEquals(model.list(ListQuery.all(type)), real.store().list(ListQuery.all(type)));
      }
    }

    @Override
    public void close() {
      real.close();
    }
  }
}
