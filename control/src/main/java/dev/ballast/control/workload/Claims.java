package dev.ballast.control.workload;

import dev.ballast.control.informer.Cached;
import dev.ballast.control.meta.Owners;
import dev.ballast.core.action.Action;
import dev.ballast.core.model.ObjectMeta;
import dev.ballast.core.model.OwnerReference;
import dev.ballast.core.selector.LabelSelector;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;

/**
 * Which objects a controller manages: what it owns and its selector matches. It adopts free ones
 * that match, and releases owned ones that no longer do. Pure.
 *
 * @param owned managed already
 * @param actions adoptions and releases; what is adopted counts once the informer shows it
 */
public record Claims<T>(List<Cached<T>> owned, List<Action> actions) {

  /**
   * @param ownerDeleting then nothing is adopted
   * @param candidates what it owns and what nobody does
   */
  public static <T> Claims<T> of(
      OwnerReference owner,
      boolean ownerDeleting,
      LabelSelector selector,
      Collection<Cached<T>> candidates,
      Function<T, ObjectMeta> metadata) {
    List<Cached<T>> owned = new ArrayList<>();
    List<Action> actions = new ArrayList<>();
    for (Cached<T> candidate : candidates) {
      ObjectMeta meta = metadata.apply(candidate.value());
      boolean matches = selector.matches(meta.labels());
      if (Owners.isControlledBy(meta, owner.uid())) {
        if (matches) {
          owned.add(candidate);
        } else if (!meta.isDeleting()) {
          actions.add(patch(candidate, Owners.release(meta, owner.uid())));
        }
      } else if (matches && !ownerDeleting && !meta.isDeleting() && meta.controller().isEmpty()) {
        actions.add(patch(candidate, Owners.adopt(meta, owner)));
      }
    }
    return new Claims<>(owned, actions);
  }

  private static Action patch(
      Cached<?> object, com.fasterxml.jackson.databind.node.ObjectNode patch) {
    return new Action.Patch(object.key(), object.revision(), "", patch);
  }
}
