package dev.ballast.control.plan;

import dev.ballast.control.plan.Applied.Reason;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.store.CommitResult;
import dev.ballast.core.store.CommitSize;
import dev.ballast.core.store.ResourceStore;
import dev.ballast.core.store.Write;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Many independent changes in as few commits as can be: one, unless they are too large together or
 * some are in the way. Those are left out, and the rest tried again. For one batch, on one thread.
 */
final class BatchCommit {

  /** What became of one write. */
  sealed interface Fate {
    record Done(long revision) implements Fate {}

    record Lost(Reason reason, String message) implements Fate {}
  }

  private final ResourceStore store;
  private final Map<ObjectKey, Fate> fates = new LinkedHashMap<>();

  private BatchCommit(ResourceStore store) {
    this.store = store;
  }

  /** The fate of each, in no particular order. Replacements only. */
  static Map<ObjectKey, Fate> of(ResourceStore store, List<Write.Replace> writes) {
    BatchCommit batch = new BatchCommit(store);
    for (List<Write.Replace> portion : CommitSize.portions(writes)) {
      Map<ObjectKey, Write> left = new LinkedHashMap<>();
      portion.forEach(write -> left.put(write.key(), write));
      batch.commit(left);
    }
    return batch.fates;
  }

  /** One commit or none: the fate of one is the fate of all. */
  static Map<ObjectKey, Fate> whole(ResourceStore store, List<Write.Replace> writes) {
    Fate fate =
        switch (store.commit(List.copyOf(writes))) {
          case CommitResult.Committed committed -> new Fate.Done(committed.revision());
          case CommitResult.Conflict conflict ->
              new Fate.Lost(Reason.POD_CHANGED, conflict.key() + " of its gang just changed");
          case CommitResult.NotFound notFound ->
              new Fate.Lost(Reason.POD_GONE, notFound.key() + " of its gang is gone");
          case CommitResult.AlreadyExists exists ->
              throw new IllegalStateException("nothing is created here: " + exists);
          case CommitResult.Refused refused ->
              new Fate.Lost(Reason.REFUSED, refused.failure().message());
          case CommitResult.Unavailable unavailable ->
              new Fate.Lost(Reason.UNAVAILABLE, unavailable.reason());
        };
    Map<ObjectKey, Fate> fates = new LinkedHashMap<>();
    writes.forEach(write -> fates.put(write.key(), fate));
    return fates;
  }

  private void commit(Map<ObjectKey, Write> left) {
    while (!left.isEmpty()) {
      switch (store.commit(List.copyOf(left.values()))) {
        case CommitResult.Committed committed -> {
          left.keySet().forEach(key -> fates.put(key, new Fate.Done(committed.revision())));
          left.clear();
        }
        case CommitResult.Conflict conflict ->
            lose(left, conflict.key(), Reason.POD_CHANGED, "the pod just changed");
        case CommitResult.NotFound notFound ->
            lose(left, notFound.key(), Reason.POD_GONE, "the pod is gone");
        case CommitResult.AlreadyExists exists ->
            throw new IllegalStateException("nothing is created here: " + exists);
        case CommitResult.Refused refused -> {
          halve(left, refused.failure().message());
          left.clear();
        }
        case CommitResult.Unavailable unavailable -> {
          for (ObjectKey key : List.copyOf(left.keySet())) {
            lose(left, key, Reason.UNAVAILABLE, unavailable.reason());
          }
        }
      }
    }
  }

  /** A refusal does not say whom it meant. */
  private void halve(Map<ObjectKey, Write> left, String message) {
    List<ObjectKey> keys = List.copyOf(left.keySet());
    if (keys.size() == 1) {
      lose(left, keys.getFirst(), Reason.REFUSED, message);
      return;
    }
    int middle = keys.size() / 2;
    for (List<ObjectKey> half :
        List.of(keys.subList(0, middle), keys.subList(middle, keys.size()))) {
      Map<ObjectKey, Write> part = new LinkedHashMap<>();
      half.forEach(key -> part.put(key, left.get(key)));
      commit(part);
    }
  }

  private void lose(Map<ObjectKey, Write> left, ObjectKey key, Reason reason, String message) {
    if (left.remove(key) == null) {
      throw new IllegalStateException("the store names " + key + ", which was not written");
    }
    fates.put(key, new Fate.Lost(reason, message));
  }
}
