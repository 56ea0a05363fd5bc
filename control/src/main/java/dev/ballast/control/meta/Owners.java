package dev.ballast.control.meta;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.model.ObjectMeta;
import dev.ballast.core.model.OwnerReference;
import dev.ballast.core.resource.Json;
import java.util.ArrayList;
import java.util.List;

/** Owner references: reading, making, and patching them. Pure. */
public final class Owners {

  private Owners() {}

  /** A reference that makes {@code owner} the controller of an object. */
  public static OwnerReference controller(String apiVersion, String kind, ObjectMeta owner) {
    return new OwnerReference(apiVersion, kind, owner.name(), owner.uid(), true, true);
  }

  public static boolean isControlledBy(ObjectMeta object, String uid) {
    return object.controller().map(OwnerReference::uid).filter(uid::equals).isPresent();
  }

  public static ObjectNode node(OwnerReference reference) {
    ObjectNode node =
        Json.object()
            .put("apiVersion", reference.apiVersion())
            .put("kind", reference.kind())
            .put("name", reference.name())
            .put("uid", reference.uid());
    if (reference.controller()) {
      node.put("controller", true);
    }
    if (reference.blockOwnerDeletion()) {
      node.put("blockOwnerDeletion", true);
    }
    return node;
  }

  /** A merge patch that makes these the owners. */
  public static ObjectNode patch(List<OwnerReference> references) {
    ObjectNode patch = Json.object();
    ArrayNode list = patch.putObject("metadata").putArray("ownerReferences");
    references.forEach(reference -> list.add(node(reference)));
    return patch;
  }

  /** A merge patch that adds one owner. */
  public static ObjectNode adopt(ObjectMeta object, OwnerReference owner) {
    List<OwnerReference> owners = new ArrayList<>(object.ownerReferences());
    owners.removeIf(known -> known.uid().equals(owner.uid()));
    owners.add(owner);
    return patch(owners);
  }

  /** A merge patch that drops every reference to the owner of this uid. */
  public static ObjectNode release(ObjectMeta object, String ownerUid) {
    List<OwnerReference> owners = new ArrayList<>(object.ownerReferences());
    owners.removeIf(known -> known.uid().equals(ownerUid));
    return patch(owners);
  }
}
