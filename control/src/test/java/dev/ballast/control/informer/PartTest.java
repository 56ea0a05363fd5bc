package dev.ballast.control.informer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.control.meta.Meta;
import dev.ballast.core.model.Pod;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.store.DeleteOptions;
import dev.ballast.core.store.Write;
import dev.ballast.core.telemetry.Telemetry;
import dev.ballast.core.time.SimulatedTimers;
import dev.ballast.testkit.store.InMemoryResourceStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Metadata of pods comes from the copy that has the pods. */
final class PartTest {

  private static final Index<Meta> BY_COLOUR =
      new Index<>("colour", one -> List.of(one.value().metadata().labels().get("colour")));
  private static final Index<Pod> PODS_BY_COLOUR =
      new Index<>("colour", one -> List.of("not " + one.value().metadata().labels().get("colour")));

  private final SimulatedTimers timers = new SimulatedTimers(Instant.EPOCH, new Random(1));
  private final InMemoryResourceStore store = new InMemoryResourceStore(timers::execute);
  private final Informers informers = new Informers(store, timers, Telemetry.NONE);

  private ObjectKey pod(String name, String colour) {
    ObjectKey key = new ObjectKey(ResourceType.PODS, "a", name);
    ObjectNode pod = Json.object();
    pod.putObject("metadata").put("name", name).putObject("labels").put("colour", colour);
    store.commit(new Write.Create(key, Json.storable(pod)));
    return key;
  }

  @Test
  void whatBothHaveIsKeptOnce() {
    informers.derive(ResourceType.PODS, Meta.class, Pod.class, one -> new Meta(one.metadata()));
    Informer<Meta> metas = informers.of(ResourceType.PODS, Meta.class);
    Informer<Pod> pods = informers.of(ResourceType.PODS, Pod.class);
    List<String> told = new ArrayList<>();
    metas.onChange(
        (before, after) ->
            told.add(
                (before.isPresent() ? "-" : "")
                    + after.map(one -> one.value().metadata().name()).orElse("")));
    informers.start();
    ObjectKey red = pod("one", "red");
    pod("two", "blue");
    timers.runFor(Duration.ofSeconds(1));
    assertSame(
        pods.get(red).orElseThrow().value().metadata(),
        metas.get(red).orElseThrow().value().metadata());
    assertEquals(1, store.openWatches(), "one list and one watch serve both");
    assertTrue(metas.isSynced());
    assertEquals(pods.seen(), metas.seen());
    assertEquals(2, metas.all().size());
    assertEquals(List.of(red), metas.find(BY_COLOUR, "red").stream().map(Cached::key).toList());
    assertEquals(1, pods.find(PODS_BY_COLOUR, "not red").size(), "an index of the same name");
    store.commit(new Write.Delete(red, 0, DeleteOptions.DEFAULTS));
    timers.runFor(Duration.ofSeconds(1));
    assertTrue(metas.get(red).isEmpty());
    assertTrue(metas.find(BY_COLOUR, "red").isEmpty());
    assertEquals(List.of("one", "two", "-"), told);
  }

  @Test
  void whatIsFollowedAlreadyIsNotMadeAPart() {
    informers.of(ResourceType.PODS, Meta.class);
    assertThrows(
        IllegalStateException.class,
        () ->
            informers.derive(
                ResourceType.PODS, Meta.class, Pod.class, one -> new Meta(one.metadata())));
  }
}
