package dev.ballast.control.garbage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ballast.control.garbage.OwnedView.OwnerState;
import dev.ballast.control.informer.Cached;
import dev.ballast.control.meta.Meta;
import dev.ballast.control.meta.Owners;
import dev.ballast.core.action.Action;
import dev.ballast.core.model.OwnerReference;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.time.Now;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;

final class GarbageProperties {

  private static final Now NOW = new Now(Instant.EPOCH, 0);

  private static OwnedView view(List<OwnerState> states, boolean deleting, int dependents) {
    Map<OwnerReference, OwnerState> owners = new LinkedHashMap<>();
    var references = Json.object().arrayNode();
    for (int i = 0; i < states.size(); i++) {
      OwnerReference owner = new OwnerReference("v1", "ConfigMap", "o" + i, "u" + i, false, false);
      owners.put(owner, states.get(i));
      references.add(Owners.node(owner));
    }
    var document = Json.object();
    var metadata = document.putObject("metadata").put("name", "x").put("uid", "x");
    metadata.set("ownerReferences", references);
    if (deleting) {
      metadata.put("deletionTimestamp", "2026-01-01T00:00:00Z");
    }
    Cached<Meta> object =
        new Cached<>(
            new ObjectKey(ResourceType.PODS, "default", "x"),
            7,
            Json.MAPPER.convertValue(document, Meta.class));
    List<Cached<Meta>> owned = new ArrayList<>();
    for (int i = 0; i < dependents; i++) {
      owned.add(object);
    }
    return new OwnedView(object, owners, owned, true);
  }

  /** Over all mixes of what owners may be: it is deleted if and only if none may be there. */
  @Property
  void onlyWhatNobodyOwnsIsDeleted(
      @ForAll @Size(max = 4) List<OwnerState> states, @ForAll boolean deleting) {
    List<Action> actions =
        new GarbageReconciler().reconcile(view(states, deleting, 0), NOW).actions();
    boolean deletes = actions.stream().anyMatch(Action.Delete.class::isInstance);
    boolean nobody =
        !states.isEmpty()
            && !states.contains(OwnerState.SOLID)
            && !states.contains(OwnerState.UNSEEN);
    assertEquals(nobody && !deleting, deletes, () -> states + " " + actions);
    actions.stream()
        .filter(Action.Delete.class::isInstance)
        .forEach(a -> assertEquals(7, ((Action.Delete) a).observedRevision()));
  }

  /** References to owners that may be there are never taken off. */
  @Property
  void ownersThatMayBeThereStay(@ForAll @Size(max = 4) List<OwnerState> states) {
    for (Action action : new GarbageReconciler().reconcile(view(states, false, 0), NOW).actions()) {
      if (action instanceof Action.Patch patch) {
        List<String> kept = new ArrayList<>();
        patch
            .patch()
            .at("/metadata/ownerReferences")
            .forEach(owner -> kept.add(owner.path("uid").asText()));
        for (int i = 0; i < states.size(); i++) {
          boolean mayBe = states.get(i) == OwnerState.SOLID || states.get(i) == OwnerState.UNSEEN;
          assertEquals(mayBe, kept.contains("u" + i));
        }
        assertTrue(states.contains(OwnerState.SOLID));
      }
    }
  }
}
