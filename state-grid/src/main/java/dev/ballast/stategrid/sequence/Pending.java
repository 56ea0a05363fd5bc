package dev.ballast.stategrid.sequence;

import dev.ballast.core.store.CommitResult;
import dev.ballast.core.store.CommitSize;
import dev.ballast.core.store.Write;
import dev.ballast.stategrid.entry.Head;
import dev.ballast.stategrid.entry.Position;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * A commit that waits for its turn. Everything that needs no order (the checks of form, reading
 * heads) is done here, on the caller's thread.
 *
 * @param heads one per write; of a removal {@link Head#EMPTY}
 * @param bytes what it takes in the log, at most
 */
record Pending(
    List<Write> writes, List<Head> heads, long bytes, CompletableFuture<CommitResult> answer) {

  /** Why it is not to be taken in; empty where it may be judged. */
  Optional<CommitResult> refusal() {
    return CommitSize.refusal(writes, bytes);
  }

  /**
   * @throws IllegalArgumentException when the commit is empty, names a key twice, or holds
   *     something that is no document
   */
  static Pending of(List<Write> writes) {
    if (writes.isEmpty() || writes.size() > Position.MAXIMUM_ORDINALS) {
      throw new IllegalArgumentException(
          "a commit needs between 1 and "
              + Position.MAXIMUM_ORDINALS
              + " writes, not "
              + writes.size());
    }
    Set<Object> keys = new HashSet<>();
    List<Head> heads = new ArrayList<>(writes.size());
    long bytes = 0;
    for (Write write : writes) {
      if (!keys.add(write.key())) {
        throw new IllegalArgumentException(write.key() + " occurs twice in one commit");
      }
      heads.add(
          switch (write) {
            case Write.Create create -> Head.of(create.json());
            case Write.Replace replace -> Head.of(replace.json());
            case Write.Delete delete -> Head.EMPTY;
          });
      bytes += Weight.of(write, heads.getLast());
    }
    return new Pending(List.copyOf(writes), heads, bytes, new CompletableFuture<>());
  }
}
