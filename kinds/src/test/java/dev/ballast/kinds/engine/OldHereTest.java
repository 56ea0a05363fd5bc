package dev.ballast.kinds.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.ballast.core.identity.RandomIds;
import dev.ballast.core.identity.User;
import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.store.CommitResult;
import dev.ballast.core.store.DelegatingStore;
import dev.ballast.core.store.DeleteOptions;
import dev.ballast.core.store.ResourceStore;
import dev.ballast.core.store.Write;
import dev.ballast.core.time.SimulatedTimers;
import dev.ballast.kinds.Kind;
import dev.ballast.kinds.Resources.Outcome;
import dev.ballast.kinds.Resources.PatchType;
import dev.ballast.kinds.Resources.WriteOptions;
import dev.ballast.kinds.admission.Admissions;
import dev.ballast.testkit.store.InMemoryResourceStore;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A member that is behind the others: what it has is a first guess only. */
class OldHereTest {

  private static final ObjectKey NOTE = new ObjectKey(ResourceType.CONFIG_MAPS, "default", "note");
  private static final Kind KIND = Cluster.KINDS.stored(ResourceType.CONFIG_MAPS).orElseThrow();
  private static final WriteOptions OPTIONS = WriteOptions.by(User.CONTROL_PLANE);

  private final InMemoryResourceStore newest = new InMemoryResourceStore();
  private final Behind member = new Behind(newest);
  private final RandomIds ids = new RandomIds(new Random(1));
  private final SimulatedTimers timers =
      new SimulatedTimers(Instant.parse(Cluster.START), new Random(1));
  private final AdmittedResources resources =
      new AdmittedResources(
          member, Cluster.KINDS, Admissions.standard(ids, "10.96.0.0/16"), ids, timers);
  private final AdmittingStore writer =
      new AdmittingStore(
          member,
          Cluster.KINDS,
          Admissions.standard(ids, "10.96.0.0/16"),
          ids,
          timers,
          User.CONTROL_PLANE);

  /** Its serializable view shows what is held for a key, whatever came after. */
  private static class Behind extends DelegatingStore {
    private final Map<ObjectKey, Optional<Document>> held = new HashMap<>();

    Behind(ResourceStore newest) {
      super(newest);
    }

    void hold(ObjectKey key) {
      held.put(key, store.get(key));
    }

    @Override
    public ResourceStore serializable() {
      Map<ObjectKey, Optional<Document>> old = held;
      return new Behind(store) {
        @Override
        public Optional<Document> get(ObjectKey key) {
          return old.getOrDefault(key, super.get(key));
        }
      };
    }
  }

  @BeforeEach
  void aNamespace() {
    newest.commit(
        new Write.Create(
            ObjectKey.cluster(ResourceType.NAMESPACES, "default"),
            Json.storable(
                Cluster.json(
                    "{'apiVersion':'v1','kind':'Namespace','metadata':{'name':'default','uid':'n'}}"))));
  }

  private void make() {
    newest.commit(new Write.Create(NOTE, Json.storable(Cluster.json(note("1")))));
  }

  private void change(String value) {
    long revision = newest.get(NOTE).orElseThrow().revision();
    newest.commit(new Write.Replace(NOTE, revision, "", Json.storable(Cluster.json(note(value)))));
  }

  private static String note(String value) {
    return "{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'note','namespace':'default',"
        + "'uid':'u'},'data':{'a':'"
        + value
        + "'}}";
  }

  private String stored() {
    return newest.get(NOTE).orElseThrow().tree().at("/data/a").asText();
  }

  @Test
  void whatIsNotHereYetIsFoundAmongTheOthers() {
    member.hold(NOTE);
    make();
    assertInstanceOf(
        Outcome.Stored.class,
        resources.update(KIND, "default", "note", "", Cluster.json(note("2")), OPTIONS));
    assertEquals("2", stored());
  }

  @Test
  void whatSeemsToChangeNothingIsLookedAtAgain() {
    make();
    member.hold(NOTE);
    change("2");
    resources.update(KIND, "default", "note", "", Cluster.json(note("1")), OPTIONS);
    assertEquals("1", stored());
  }

  @Test
  void aPatchIsOfTheNewest() {
    make();
    member.hold(NOTE);
    change("2");
    Outcome outcome =
        resources.patch(
            KIND,
            "default",
            "note",
            "",
            PatchType.MERGE,
            Cluster.json("{'data':{'b':'x'}}"),
            OPTIONS);
    Outcome.Stored stored = assertInstanceOf(Outcome.Stored.class, outcome);
    assertEquals("2", stored.document().tree().at("/data/a").asText());
  }

  @Test
  void whatIsGoneIsNotFound() {
    make();
    member.hold(NOTE);
    newest.commit(new Write.Delete(NOTE, 0, DeleteOptions.DEFAULTS));
    Outcome outcome =
        resources.update(KIND, "default", "note", "", Cluster.json(note("2")), OPTIONS);
    assertEquals("NotFound", assertInstanceOf(Outcome.Failed.class, outcome).failure().reason());
  }

  @Test
  void aCommitOfTheNewestVersionIsNoConflict() {
    make();
    member.hold(NOTE);
    change("2");
    long revision = newest.get(NOTE).orElseThrow().revision();
    CommitResult result =
        writer.commit(
            new Write.Replace(NOTE, revision, "", Json.storable(Cluster.json(note("3")))));
    assertInstanceOf(CommitResult.Committed.class, result);
    assertEquals("3", stored());
  }
}
