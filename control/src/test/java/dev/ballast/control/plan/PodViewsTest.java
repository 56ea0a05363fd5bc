package dev.ballast.control.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.model.Pod;
import dev.ballast.core.plan.Plan;
import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.store.DeleteOptions;
import dev.ballast.core.store.Write;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Two accounts of one cluster hold a pod once, each at its own revision. */
final class PodViewsTest {

  private final Cluster cluster =
      new Cluster().with(List.of(Cluster.node("n1", "4")), List.of(Cluster.pod("web", "1")));
  private final PodViews views = new PodViews();
  private final ClusterSnapshot one = new ClusterSnapshot(views);
  private final ClusterSnapshot other = new ClusterSnapshot(views);
  private final ClusterFeed oneFeed = new ClusterFeed(cluster.store, one, () -> {});
  private final ClusterFeed otherFeed = new ClusterFeed(cluster.store, other, () -> {});
  private final ObjectKey web = Cluster.key(Cluster.pod("web", "1"));
  private final ObjectKey node = Cluster.key(Cluster.node("n1", "4"));

  private static PodView pod(ClusterSnapshot snapshot, ObjectKey key) {
    return snapshot.pod(key).orElseThrow();
  }

  private void change(ObjectNode pod) {
    ObjectKey key = Cluster.key(pod);
    Document there = cluster.store.get(key).orElseThrow();
    cluster.store.commit(new Write.Replace(key, there.revision(), "", Json.storable(pod)));
  }

  @Test
  void whatAnotherHasListedOrWatchedIsTheSameInstance() {
    oneFeed.drain();
    otherFeed.drain();
    assertSame(pod(one, web), pod(other, web));
    assertSame(one.node("n1").orElseThrow().node().get(), other.node("n1").get().node().get());
    change(Cluster.pod("web", "2"));
    cluster.create(Cluster.pod("sibling", "2"));
    oneFeed.drain();
    assertNotSame(pod(one, web), pod(other, web), "the other stands at its own revision");
    assertEquals(1000, pod(other, web).shape().scoredCpu());
    otherFeed.drain();
    assertSame(pod(one, web), pod(other, web));
    ObjectKey sibling = Cluster.key(Cluster.pod("sibling", "2"));
    assertSame(pod(one, sibling).shape(), pod(other, web).shape());
  }

  @Test
  void aBindingOfWhichBothHearIsOneView() {
    oneFeed.drain();
    otherFeed.drain();
    Plan.Binding binding = new Plan.Binding(pod(one, web).ref(), "n1", List.of());
    long revision = cluster.store.revision() + 1;
    one.podBound(binding, revision);
    other.podBound(binding, revision);
    assertEquals("n1", pod(one, web).node());
    assertSame(pod(one, web), pod(other, web));
  }

  /** What one account imagines must not become another's truth, whatever number it gets. */
  @Test
  void aSuppositionStaysWhereItWasMade() {
    oneFeed.drain();
    otherFeed.drain();
    PodView before = pod(one, web);
    one.suppose(new Plan.Binding(before.ref(), "n1", List.of()));
    assertEquals("n1", pod(one, web).node());
    change(Cluster.pod("web", "1"));
    otherFeed.drain();
    assertTrue(pod(other, web).waiting());
    one.podRemoved(web);
    one.restore(before);
    assertEquals(0, one.node("n1").orElseThrow().pods());
    oneFeed.drain();
    assertSame(pod(one, web), pod(other, web));
  }

  /** Trying many forms of a pod makes as many shapes, and the pod itself is away meanwhile. */
  @Test
  void aPodThatIsPutBackHasItsShapeAgain() {
    oneFeed.drain();
    PodView before = pod(one, web);
    one.podRemoved(web);
    for (int i = 0; i < 1100; i++) {
      ObjectNode other = Cluster.pod("other", "1");
      other.withObjectProperty("metadata").putObject("labels").put("form", "f" + i);
      one.podChanged(Cluster.key(other), Json.MAPPER.convertValue(other, Pod.class), i + 1);
    }
    one.restore(before);
    assertTrue(one.relations().bonds(pod(one, web).shape()).isNone());
  }

  @Test
  void whoComesLateDoesNotBringBackWhatIsGone() {
    oneFeed.drain();
    assertEquals(1, views.size());
    cluster.store.commit(new Write.Delete(web, 0, DeleteOptions.DEFAULTS));
    oneFeed.drain();
    assertEquals(0, views.size());
    otherFeed.drain();
    assertTrue(other.pod(web).isEmpty());
    assertEquals(0, views.size());
  }

  @Test
  void whatWentWhileNobodyWatchedIsForgottenWithAFreshList() {
    oneFeed.drain();
    oneFeed.close();
    cluster.store.commit(new Write.Delete(web, 0, DeleteOptions.DEFAULTS));
    cluster.store.commit(new Write.Delete(node, 0, DeleteOptions.DEFAULTS));
    cluster.store.compact(cluster.store.revision());
    oneFeed.drain();
    assertEquals(0, views.size());
    assertFalse(one.node("n1").isPresent());
  }

  /** A trial's pods are nobody else's. */
  @Test
  void whatIsOnlySupposedIsNotShared() {
    oneFeed.drain();
    Document supposed = cluster.store.get(web).orElseThrow();
    one.podRemoved(web);
    one.podChanged(web, supposed.as(dev.ballast.core.model.Pod.class), 7);
    assertEquals(1, views.size());
    otherFeed.drain();
    assertNotSame(pod(one, web), pod(other, web));
    assertSame(pod(one, web).shape(), pod(other, web).shape(), "but shapes are");
  }
}
