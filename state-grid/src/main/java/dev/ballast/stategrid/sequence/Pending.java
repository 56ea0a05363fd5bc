package dev.ballast.stategrid.sequence;

import dev.ballast.core.store.CommitResult;
import dev.ballast.core.store.Write;
import dev.ballast.stategrid.entry.Head;
import dev.ballast.stategrid.entry.Position;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * A commit that waits for its turn. Everything that needs no order (the checks of form, reading
 * heads) is done here, on the caller's thread.
 *
 * @param heads one per write; of a removal {@link Head#EMPTY}
 */
record Pending(List<Write> writes, List<Head> heads, CompletableFuture<CommitResult> answer) {

  /** Of its documents. */
  long bytes() {
    return writes.stream().mapToLong(Write::bytes).sum();
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
    }
    return new Pending(List.copyOf(writes), heads, new CompletableFuture<>());
  }
}
