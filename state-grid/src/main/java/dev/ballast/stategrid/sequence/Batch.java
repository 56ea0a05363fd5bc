package dev.ballast.stategrid.sequence;

import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.store.CommitResult;
import dev.ballast.core.store.Watch.Change;
import dev.ballast.core.store.Write;
import dev.ballast.stategrid.entry.Entry;
import dev.ballast.stategrid.entry.Head;
import dev.ballast.stategrid.entry.Position;
import dev.ballast.stategrid.entry.Volatiles;
import dev.ballast.stategrid.index.VersionIndex;
import dev.ballast.stategrid.log.CommitLog;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Puts waiting commits in order: each is judged against the index and the commits of the batch
 * before it, and gets the next revision if it fits. Changes nothing outside itself.
 */
final class Batch {

  /** What is current for a key while the batch is being made. */
  private record Current(long position, Head head, boolean removed) {}

  /** An accepted commit and its rows. */
  record Accepted(Pending pending, long revision, List<CommitLog.Row> rows) {}

  /** A commit that does not fit, answered once what it was judged against is durable. */
  record Refused(Pending pending, CommitResult result) {}

  private final VersionIndex index;
  private final Map<ObjectKey, Current> overlay = new HashMap<>();
  private final List<Accepted> accepted = new ArrayList<>();
  private final List<Refused> refused = new ArrayList<>();
  private long revision;
  private long volatileRevision;

  Batch(VersionIndex index, long revision) {
    this.index = index;
    this.revision = revision;
  }

  void add(Pending pending) {
    List<CommitLog.Row> rows = new ArrayList<>(pending.writes().size());
    for (int i = 0; i < pending.writes().size(); i++) {
      Write write = pending.writes().get(i);
      Optional<Current> current = current(write.key());
      Optional<CommitResult> refusal = refusal(write, current).or(() -> moved(write));
      if (refusal.isPresent()) {
        refused.add(new Refused(pending, refusal.get()));
        return;
      }
      rows.add(row(write, pending.heads().get(i), Position.of(revision + 1, i), current));
    }
    revision++;
    for (CommitLog.Row row : rows) {
      Entry entry = row.entry();
      overlay.put(entry.key(), new Current(entry.position(), entry.head(), entry.removes()));
      if (Volatiles.contains(entry.key())) {
        volatileRevision = revision;
      }
    }
    accepted.add(new Accepted(pending, revision, rows));
  }

  private Optional<Current> current(ObjectKey key) {
    Current staged = overlay.get(key);
    return staged != null
        ? Optional.of(staged).filter(current -> !current.removed)
        : index.newest(key).map(version -> new Current(version.position(), version.head(), false));
  }

  private static Optional<CommitResult> refusal(Write write, Optional<Current> current) {
    ObjectKey key = write.key();
    if (write instanceof Write.Create) {
      return current.map(there -> new CommitResult.AlreadyExists(key));
    }
    if (current.isEmpty()) {
      return Optional.of(new CommitResult.NotFound(key));
    }
    long actual = Position.revision(current.get().position);
    return switch (write) {
      case Write.Create create -> Optional.empty();
      case Write.Replace replace -> unless(replace.expectedRevision() == actual, replace, actual);
      case Write.Delete delete ->
          unless(
              (delete.expectedRevision() == 0 || delete.expectedRevision() == actual)
                  && (delete.options().uid().isEmpty()
                      || delete.options().uid().equals(current.get().head.uid())),
              delete,
              actual);
    };
  }

  /** What the write rests on is not as it was. */
  private Optional<CommitResult> moved(Write write) {
    if (!(write instanceof Write.Create create) || create.basis().isEmpty()) {
      return Optional.empty();
    }
    Write.Basis basis = create.basis().get();
    long actual = current(basis.key()).map(c -> Position.revision(c.position)).orElse(0L);
    return actual == basis.revision()
        ? Optional.empty()
        : Optional.of(new CommitResult.Conflict(basis.key(), basis.revision(), actual));
  }

  private static Optional<CommitResult> unless(boolean fits, Write write, long actual) {
    long expected =
        switch (write) {
          case Write.Create create -> 0;
          case Write.Replace replace -> replace.expectedRevision();
          case Write.Delete delete -> delete.expectedRevision();
        };
    return fits
        ? Optional.empty()
        : Optional.of(new CommitResult.Conflict(write.key(), expected, actual));
  }

  private static CommitLog.Row row(
      Write write, Head head, long position, Optional<Current> current) {
    long previous = current.map(Current::position).orElse(0L);
    long revision = Position.revision(position);
    return switch (write) {
      case Write.Create create ->
          new CommitLog.Row(
              new Entry(position, create.key(), Change.ADDED, 0, head),
              Json.stamp(create.json(), revision));
      case Write.Replace replace ->
          new CommitLog.Row(
              new Entry(position, replace.key(), Change.MODIFIED, previous, head),
              Json.stamp(replace.json(), revision));
      case Write.Delete delete ->
          new CommitLog.Row(
              new Entry(position, delete.key(), Change.DELETED, previous, Head.EMPTY), null);
    };
  }

  List<Accepted> accepted() {
    return accepted;
  }

  List<Refused> refused() {
    return refused;
  }

  /** The revision after the batch. */
  long revision() {
    return revision;
  }

  /** The newest revision that only a reservation protects from being given out twice; or 0. */
  long volatileRevision() {
    return volatileRevision;
  }

  /** What has to be in the log. */
  List<CommitLog.Row> durableRows() {
    return accepted.stream()
        .flatMap(commit -> commit.rows().stream())
        .filter(row -> !Volatiles.contains(row.entry().key()))
        .toList();
  }
}
