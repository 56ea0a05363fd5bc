package dev.ballast.app.simulation;

import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;

/** Nothing outlives its namespace, and nothing is made in one that is not there. */
final class NoRemains implements Rule {

  private final Set<String> namespaces = new HashSet<>();
  private final Set<ObjectKey> objects = new HashSet<>();

  @Override
  public void committed(Commit commit, Consumer<String> broken) {
    for (Change change : commit.changes()) {
      ObjectKey key = change.key();
      if (!Invariants.is(change, ResourceType.NAMESPACES)) {
        if (change.gone()) {
          objects.remove(key);
        } else if (objects.add(key)
            && !key.namespace().isEmpty()
            && !namespaces.contains(key.namespace())) {
          broken.accept(key + " was made in a namespace that is not there");
        }
      } else if (!change.gone()) {
        namespaces.add(key.name());
      } else {
        namespaces.remove(key.name());
        objects.stream()
            .filter(object -> object.namespace().equals(key.name()))
            .forEach(object -> broken.accept(object + " has outlived its namespace"));
      }
    }
  }
}
