package dev.ballast.control.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.control.plan.BatchCommit.Fate;
import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.store.Write;
import dev.ballast.testkit.cluster.FaultyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BatchCommitTest {

  /** Together they are more than a store takes. */
  @Test
  void largePodsGoInSeveralCommitsOfWhichNoneIsRefused() {
    Cluster cluster = new Cluster();
    for (int i = 0; i < 50; i++) {
      ObjectNode pod = Cluster.pod("p" + i, "1");
      pod.withObjectProperty("metadata").putObject("annotations").put("much", "x".repeat(260_000));
      cluster.create(pod);
    }
    List<Write.Replace> writes = new ArrayList<>();
    for (Document pod : cluster.list(ResourceType.PODS)) {
      writes.add(new Write.Replace(pod.key(), pod.revision(), "", Json.unstamp(pod.json())));
    }
    FaultyStore store = new FaultyStore(cluster.store);
    List<Integer> commits = new ArrayList<>();
    store.beforeCommit(
        some -> {
          commits.add(some.size());
          return Optional.empty();
        });
    Map<ObjectKey, Fate> fates = BatchCommit.of(store, writes);
    assertEquals(50, fates.size());
    fates.values().forEach(fate -> assertInstanceOf(Fate.Done.class, fate));
    assertEquals(50, commits.stream().mapToInt(size -> size).sum(), "each in one commit only");
    assertTrue(commits.size() <= 4, commits.toString());
  }
}
