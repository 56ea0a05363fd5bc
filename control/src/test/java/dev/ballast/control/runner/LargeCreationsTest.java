package dev.ballast.control.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.control.meta.KindNames;
import dev.ballast.core.action.Action;
import dev.ballast.core.identity.Ids;
import dev.ballast.core.identity.RandomIds;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.store.ListQuery;
import dev.ballast.core.store.ListResult;
import dev.ballast.core.telemetry.Telemetry;
import dev.ballast.core.time.SimulatedTimers;
import dev.ballast.testkit.store.InMemoryResourceStore;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Pods with long annotations: one commit of as many as there may be is more than a store takes. */
final class LargeCreationsTest {

  private static final int PODS = 127;

  @Test
  void theyGoInSeveralCommits() {
    Random random = new Random(1);
    InMemoryResourceStore store = new InMemoryResourceStore();
    Ids ids = new RandomIds(random);
    KindNames names = new KindNames(Map.of());
    EventRecorder events =
        new EventRecorder(store, names, new SimulatedTimers(Instant.EPOCH, random), Telemetry.NONE);
    ObjectNode pod = Json.object().put("apiVersion", "v1").put("kind", "Pod");
    ObjectNode metadata = pod.putObject("metadata").put("generateName", "web-");
    metadata.putObject("annotations").put("much", "x".repeat(260_000));
    Action create = new Action.Create(new ObjectKey(ResourceType.PODS, "default", ""), pod);
    Applied applied =
        new ActionApplier(store, ids, names, events)
            .apply("test", Collections.nCopies(PODS, create), () -> true);
    assertInstanceOf(Applied.Complete.class, applied.end());
    ListResult.Page page = (ListResult.Page) store.list(ListQuery.all(ResourceType.PODS));
    assertEquals(PODS, page.documents().size());
    // 1, 2, 4, 8, 16, then 32 in 2 and 64 in 4: 4 MiB have room for 16.
    assertEquals(
        11, page.documents().stream().map(document -> document.revision()).distinct().count());
    assertEquals(page.revision(), applied.revisions().get(ResourceType.PODS));
  }
}
