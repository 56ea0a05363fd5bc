package dev.ballast.control.runner;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.control.meta.KindNames;
import dev.ballast.core.action.Action;
import dev.ballast.core.action.Action.EventType;
import dev.ballast.core.model.ObjectMeta;
import dev.ballast.core.model.OwnerReference;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.status.Failure;
import java.util.Optional;

/**
 * The Events that go with performing an action, in the words of Kubernetes' controllers: a pod that
 * was created (only the applier knows its generated name), a write that was refused. Pure.
 */
final class Announcements {

  private final KindNames names;

  Announcements(KindNames names) {
    this.names = names;
  }

  private record Meta(ObjectMeta metadata) {}

  private record Owner(ObjectKey key, String uid) {}

  /** About the controller of a new pod. */
  Optional<Action.Tell> created(ObjectKey key, ObjectNode document) {
    if (!key.type().equals(ResourceType.PODS)) {
      return Optional.empty();
    }
    return owner(key, document)
        .map(
            owner ->
                new Action.Tell(
                    owner.key(),
                    owner.uid(),
                    EventType.NORMAL,
                    "SuccessfulCreate",
                    "Created pod: " + key.name()));
  }

  /** About the controller of an object that could not be created. */
  Optional<Action.Tell> notCreated(ObjectKey key, ObjectNode document, Failure failure) {
    return owner(key, document)
        .map(
            owner ->
                new Action.Tell(
                    owner.key(),
                    owner.uid(),
                    EventType.WARNING,
                    "FailedCreate",
                    "Error creating: " + failure.message()));
  }

  /** About the object that could not be changed. */
  Action.Tell notWritten(ObjectKey key, String reason, Failure failure) {
    return new Action.Tell(key, "", EventType.WARNING, reason, failure.message());
  }

  private Optional<Owner> owner(ObjectKey key, ObjectNode document) {
    ObjectMeta metadata = Json.MAPPER.convertValue(document, Meta.class).metadata();
    Optional<OwnerReference> controller = metadata.controller();
    return controller.flatMap(
        reference ->
            names
                .type(reference.apiVersion(), reference.kind())
                .map(
                    type ->
                        new Owner(
                            new ObjectKey(type, key.namespace(), reference.name()),
                            reference.uid())));
  }
}
