package dev.ballast.kinds.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ballast.core.identity.RandomIds;
import dev.ballast.core.identity.User;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.store.CommitResult;
import dev.ballast.core.store.DeleteOptions;
import dev.ballast.core.store.ResourceStore;
import dev.ballast.core.store.Write;
import dev.ballast.core.time.SimulatedTimers;
import dev.ballast.kinds.admission.Admissions;
import dev.ballast.testkit.cluster.FaultyStore;
import dev.ballast.testkit.store.InMemoryResourceStore;
import java.time.Instant;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A namespace that begins to go, or goes, between the admission of an object and its commit. */
class NamespaceRaceTest {

  private static final ObjectKey TEAM = ObjectKey.cluster(ResourceType.NAMESPACES, "team");
  private static final ObjectKey NOTE = new ObjectKey(ResourceType.CONFIG_MAPS, "team", "note");

  private final InMemoryResourceStore bare = new InMemoryResourceStore();
  private final FaultyStore between = new FaultyStore(bare);
  private final AdmittingStore writer = admitting(between);
  private final AdmittingStore other = admitting(bare);
  private int commits;

  private static AdmittingStore admitting(ResourceStore store) {
    RandomIds ids = new RandomIds(new Random(1));
    return new AdmittingStore(
        store,
        Cluster.KINDS,
        Admissions.standard(ids, "10.96.0.0/16"),
        ids,
        new SimulatedTimers(Instant.parse(Cluster.START), new Random(1)),
        User.CONTROL_PLANE);
  }

  private static Write create(ObjectKey key, String json) {
    return new Write.Create(key, Json.storable(Cluster.json(json)));
  }

  /** Creates an object while something else happens just before its first commit. */
  private CommitResult createWhile(Runnable happens) {
    assertInstanceOf(
        CommitResult.Committed.class,
        other.commit(
            create(TEAM, "{'apiVersion':'v1','kind':'Namespace','metadata':{'name':'team'}}")));
    between.beforeCommit(
        writes -> {
          if (++commits == 1) {
            happens.run();
          }
          return Optional.empty();
        });
    return writer.commit(
        create(
            NOTE,
            "{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'note','namespace':'team'}}"));
  }

  @Test
  void nothingIsMadeInANamespaceThatBeganToGo() {
    CommitResult result =
        createWhile(() -> other.commit(new Write.Delete(TEAM, 0, DeleteOptions.DEFAULTS)));
    CommitResult.Refused refused = assertInstanceOf(CommitResult.Refused.class, result);
    assertTrue(refused.failure().message().contains("because it is being terminated"));
    assertEquals(Optional.empty(), bare.get(NOTE));
  }

  @Test
  void nothingIsMadeInANamespaceThatIsGone() {
    CommitResult result =
        createWhile(() -> bare.commit(new Write.Delete(TEAM, 0, DeleteOptions.DEFAULTS)));
    assertTrue(!(result instanceof CommitResult.Committed), result::toString);
    assertEquals(Optional.empty(), bare.get(NOTE));
  }

  @Test
  void anotherChangeOfTheNamespaceCostsOneMoreTry() {
    CommitResult result =
        createWhile(
            () -> {
              var namespace = bare.get(TEAM).orElseThrow();
              var tree = namespace.tree();
              tree.withObject("/metadata").withObject("/labels").put("tier", "gold");
              other.commit(new Write.Replace(TEAM, namespace.revision(), "", Json.storable(tree)));
            });
    assertInstanceOf(CommitResult.Committed.class, result);
    assertEquals(2, commits);
  }
}
