package dev.ballast.stategrid.sequence;

import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.store.CommitResult;
import dev.ballast.stategrid.documents.DocumentGrid;
import dev.ballast.stategrid.documents.DocumentReader;
import dev.ballast.stategrid.entry.Entry;
import dev.ballast.stategrid.entry.Volatiles;
import dev.ballast.stategrid.log.CommitLog;
import dev.ballast.stategrid.watch.RecentChange;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a batch will show once it is durable: the changes for the watchers, the bytes for the grid,
 * the answers. Made before the log is written, so that nothing which can fail is left for after.
 */
final class Publication {

  /** An accepted commit's answer. */
  record Answer(Pending pending, CommitResult result) {}

  private final List<RecentChange> changes = new ArrayList<>();
  private final List<Answer> answers = new ArrayList<>();
  private final Map<ObjectKey, byte[]> durable = new HashMap<>();
  private final Map<ObjectKey, byte[]> inGridOnly = new HashMap<>();
  private final Set<ObjectKey> removed = new HashSet<>();
  private final Map<Long, Document> written = new HashMap<>();
  private final DocumentReader documents;
  private final long revision;

  private Publication(long revision, DocumentReader documents) {
    this.revision = revision;
    this.documents = documents;
  }

  static Publication of(Batch batch, DocumentReader documents) {
    Publication publication = new Publication(batch.revision(), documents);
    for (Batch.Accepted commit : batch.accepted()) {
      List<Document> results = commit.rows().stream().map(publication::add).toList();
      publication.answers.add(
          new Answer(commit.pending(), new CommitResult.Committed(commit.revision(), results)));
    }
    return publication;
  }

  /** Of rows that another member's sequencer made. */
  static Publication of(List<CommitLog.Row> rows, DocumentReader documents) {
    Publication publication = new Publication(rows.getLast().entry().revision(), documents);
    rows.forEach(publication::add);
    return publication;
  }

  private Document add(CommitLog.Row row) {
    Entry entry = row.entry();
    Optional<Document> previous = previous(entry);
    Document document =
        entry.removes()
            ? RecentChange.removed(previous.orElseThrow(), entry.revision())
            : new Document(entry.key(), entry.revision(), row.json());
    changes.add(new RecentChange(entry, document, previous));
    stage(entry, document);
    return document;
  }

  /**
   * The version before, where it is needed now or will be lost; null where watchers can fetch it.
   */
  private Optional<Document> previous(Entry entry) {
    Document inThisBatch = written.get(entry.previous());
    if (inThisBatch != null) {
      return Optional.of(inThisBatch);
    }
    if (entry.previous() == 0) {
      return Optional.empty();
    }
    return entry.removes() || Volatiles.contains(entry.key())
        ? documents.any(entry.key(), entry.previous())
        : null;
  }

  private void stage(Entry entry, Document document) {
    ObjectKey key = entry.key();
    Map<ObjectKey, byte[]> puts = Volatiles.contains(key) ? inGridOnly : durable;
    if (entry.removes()) {
      puts.remove(key);
      removed.add(key);
    } else {
      puts.put(key, document.json());
      removed.remove(key);
      written.put(entry.position(), document);
    }
  }

  /** Hands the bytes to the grid. Only what is nowhere else is waited for. */
  void fill(DocumentGrid grid) {
    if (!inGridOnly.isEmpty()) {
      grid.put(inGridOnly);
    }
    if (!durable.isEmpty()) {
      grid.offer(durable);
    }
  }

  /** Once the index has them no more: who reads one now does not leave it in the grid then. */
  void clear(DocumentGrid grid) {
    if (!removed.isEmpty()) {
      grid.remove(removed);
    }
  }

  /** The revision once this is published. */
  long revision() {
    return revision;
  }

  List<RecentChange> changes() {
    return changes;
  }

  List<Answer> answers() {
    return answers;
  }
}
