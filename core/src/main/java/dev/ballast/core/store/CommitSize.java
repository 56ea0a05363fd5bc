package dev.ballast.core.store;

import dev.ballast.core.status.Failure;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * How large a commit may be. A replicated log takes entries up to a size only, and a leader that
 * fails at one steps down; a member alone keeps to the same, so that a group takes what it took.
 * Pure.
 */
public final class CommitSize {

  /** A commit in bytes: its documents, and what a store keeps beside them (names, labels). */
  public static final long MOST = 10L << 20;

  /**
   * What goes into one commit where many objects could go into several: documents in bytes. Labels
   * are kept twice, and admission may add to a document: so it is far less than a store takes.
   */
  public static final long PORTION = 4L << 20;

  private CommitSize() {}

  /**
   * What a store says of a commit of this size; empty when it may be taken.
   *
   * @param bytes as for {@link #MOST}
   */
  public static Optional<CommitResult> refusal(List<Write> writes, long bytes) {
    if (bytes <= MOST) {
      return Optional.empty();
    }
    String message =
        writes.size() == 1
            ? "%s takes %d bytes, and a commit may take %d: make the object smaller"
                .formatted(writes.getFirst().key(), bytes, MOST)
            : "%d objects take %d bytes, and a commit may take %d: write them in several commits, or make them smaller"
                .formatted(writes.size(), bytes, MOST);
    return Optional.of(
        new CommitResult.Refused(new Failure(413, "RequestEntityTooLarge", message)));
  }

  /** The writes in their order, in lists of a {@link #PORTION} at most, or of one larger write. */
  public static <W extends Write> List<List<W>> portions(Collection<W> writes) {
    List<List<W>> portions = new ArrayList<>();
    long bytes = 0;
    for (W write : writes) {
      if (portions.isEmpty() || bytes + write.bytes() > PORTION) {
        portions.add(new ArrayList<>());
        bytes = 0;
      }
      portions.getLast().add(write);
      bytes += write.bytes();
    }
    return portions;
  }
}
