package dev.ballast.control.informer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.control.meta.Meta;
import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.store.CommitResult;
import dev.ballast.core.store.DeleteOptions;
import dev.ballast.core.store.ListQuery;
import dev.ballast.core.store.ListResult;
import dev.ballast.core.store.Write;
import dev.ballast.core.telemetry.Telemetry;
import dev.ballast.core.time.SimulatedTimers;
import dev.ballast.testkit.cluster.FaultyStore;
import dev.ballast.testkit.store.InMemoryResourceStore;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Random writes, lost watches and compactions: the copy keeps its promises. */
final class InformerProperties {

  private static final Index<Meta> BY_COLOUR =
      new Index<>(
          "colour",
          object -> List.of(object.value().metadata().labels().getOrDefault("colour", "")));

  @Property(tries = 100)
  void theCopyFollowsTheStore(@ForAll long seed) {
    Random random = new Random(seed);
    SimulatedTimers timers = new SimulatedTimers(Instant.EPOCH, random);
    InMemoryResourceStore bare = new InMemoryResourceStore(timers::execute);
    FaultyStore store = new FaultyStore(bare);
    boolean[] calm = {false};
    store.endWatches(() -> !calm[0] && random.nextInt(10) == 0);
    Informer<Meta> informer =
        new LocalCopy<>(ResourceType.CONFIG_MAPS, Meta.class, store, timers, Telemetry.NONE);
    Map<ObjectKey, Long> told = new HashMap<>();
    informer.onChange((before, after) -> follow(told, before, after));
    informer.start();
    for (int i = 0; i < 200; i++) {
      long written = change(bare, random);
      if (random.nextInt(20) == 0) {
        bare.compact(bare.revision());
      }
      boolean[] seen = {false};
      informer.whenSeen(
          written,
          () -> {
            seen[0] = true;
            assertTrue(informer.seen() >= written, "told too early");
          });
      timers.runFor(Duration.ofMillis(random.nextInt(300)));
      if (seen[0]) {
        agreesUpTo(informer, bare, written);
      }
    }
    calm[0] = true;
    timers.runFor(Duration.ofSeconds(30));
    assertEquals(versions(bare), told);
    Map<ObjectKey, Long> copy = new HashMap<>();
    informer.all().forEach(object -> copy.put(object.key(), object.revision()));
    assertEquals(versions(bare), copy);
    for (String colour : List.of("red", "blue")) {
      long indexed = informer.find(BY_COLOUR, colour).size();
      long counted =
          informer.all().stream()
              .filter(o -> colour.equals(o.value().metadata().labels().get("colour")))
              .count();
      assertEquals(counted, indexed);
    }
    informer.close();
    timers.runFor(Duration.ofSeconds(30));
    assertEquals(0, bare.openWatches(), "a watch is left open");
  }

  /** Listeners see each key's versions in order, and creations and ends where they belong. */
  private static void follow(
      Map<ObjectKey, Long> told, Optional<Cached<Meta>> before, Optional<Cached<Meta>> after) {
    ObjectKey key = after.or(() -> before).orElseThrow().key();
    assertEquals(told.get(key), before.map(Cached::revision).orElse(null));
    if (after.isPresent()) {
      assertTrue(before.isEmpty() || before.get().revision() < after.get().revision());
      told.put(key, after.get().revision());
    } else {
      told.remove(key);
    }
  }

  private static void agreesUpTo(
      Informer<Meta> informer, InMemoryResourceStore store, long revision) {
    versions(store)
        .forEach(
            (key, stored) -> {
              if (stored <= revision) {
                assertEquals(stored, informer.get(key).map(Cached::revision).orElse(null));
              }
            });
  }

  private static Map<ObjectKey, Long> versions(InMemoryResourceStore store) {
    Map<ObjectKey, Long> versions = new HashMap<>();
    ListResult.Page page = (ListResult.Page) store.list(ListQuery.all(ResourceType.CONFIG_MAPS));
    page.documents().forEach(document -> versions.put(document.key(), document.revision()));
    return versions;
  }

  private static long change(InMemoryResourceStore store, Random random) {
    ObjectKey key = new ObjectKey(ResourceType.CONFIG_MAPS, "default", "m" + random.nextInt(6));
    Optional<Document> known = store.get(key);
    ObjectNode document = Json.object().put("apiVersion", "v1").put("kind", "ConfigMap");
    document
        .putObject("metadata")
        .put("name", key.name())
        .putObject("labels")
        .put("colour", random.nextBoolean() ? "red" : "blue");
    byte[] json = Json.storable(document);
    Write write =
        known.isEmpty()
            ? new Write.Create(key, json)
            : random.nextInt(3) == 0
                ? new Write.Delete(key, 0, DeleteOptions.DEFAULTS)
                : new Write.Replace(key, known.get().revision(), "", json);
    return ((CommitResult.Committed) store.commit(write)).revision();
  }
}
