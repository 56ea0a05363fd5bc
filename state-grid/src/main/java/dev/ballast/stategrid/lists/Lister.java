package dev.ballast.stategrid.lists;

import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.store.ListQuery;
import dev.ballast.core.store.ListResult;
import dev.ballast.stategrid.documents.DocumentReader;
import dev.ballast.stategrid.entry.Progress;
import dev.ballast.stategrid.entry.Volatiles;
import dev.ballast.stategrid.index.Version;
import dev.ballast.stategrid.index.VersionIndex;
import dev.ballast.stategrid.watch.Recents;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.BiPredicate;

/**
 * Answers lists from the index, at one revision: the newest when a chain of pages begins, then that
 * of the chain. Takes no lock. Thread-safe.
 */
public final class Lister {

  private static final int CHUNK = 2000;

  /** What follows a page is counted up to so many objects. */
  private static final int COUNTED = 10_000;

  /** A list of the newest fails only if compaction overtakes it. */
  private static final int ATTEMPTS = 20;

  private final VersionIndex index;
  private final DocumentReader documents;
  private final Recents recents;
  private final Progress progress;

  public Lister(VersionIndex index, DocumentReader documents, Recents recents, Progress progress) {
    this.index = index;
    this.documents = documents;
    this.recents = recents;
    this.progress = progress;
  }

  /** Whether what is asked for names a revision that is not shown here yet. */
  public boolean isBehind(ListQuery query) {
    long named =
        query.continueToken().isEmpty()
            ? Math.max(query.minimumRevision(), query.exactRevision())
            : ContinueToken.parse(query.continueToken()).map(ContinueToken::revision).orElse(0L);
    return named > progress.revision();
  }

  public ListResult list(ListQuery query) {
    if (!query.continueToken().isEmpty()) {
      Optional<ContinueToken> token = ContinueToken.parse(query.continueToken());
      if (token.isEmpty() || token.get().revision() > progress.revision()) {
        return new ListResult.BadToken(query.continueToken());
      }
      return exactly(query, token.get().key(query.type()), token.get().revision());
    }
    long newest = progress.revision();
    long wanted = Math.max(query.minimumRevision(), query.exactRevision());
    if (wanted > newest) {
      return new ListResult.TooNew(wanted, newest);
    }
    ObjectKey start = new ObjectKey(query.type(), query.namespace(), "");
    if (query.exactRevision() > 0) {
      return exactly(query, start, query.exactRevision());
    }
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      Optional<ListResult.Page> page = page(query, start, progress.revision());
      if (page.isPresent()) {
        return page.get();
      }
    }
    throw new IllegalStateException("documents of " + query.type() + " are in no place");
  }

  private ListResult exactly(ListQuery query, ObjectKey start, long revision) {
    return page(query, start, revision)
        .map(ListResult.class::cast)
        .orElseGet(() -> new ListResult.Expired(revision, horizon(query)));
  }

  /** History before it may be gone; of volatile objects that is soon, and no log has it. */
  private long horizon(ListQuery query) {
    long logged = progress.horizon();
    return Volatiles.mayBeIn(query.type(), query.namespace())
        ? Math.max(logged, recents.floor(query.type()))
        : logged;
  }

  /** Empty when the revision is no longer to be had. */
  private Optional<ListResult.Page> page(ListQuery query, ObjectKey start, long revision) {
    Selection selection = new Selection(query);
    Optional<NavigableSet<ObjectKey>> among = narrowed(query, selection);
    List<Document> found = new ArrayList<>();
    ObjectKey after = start;
    while (after != null) {
      SequencedMap<ObjectKey, Long> candidates = new LinkedHashMap<>();
      int wanted = query.limit() == 0 ? CHUNK : Math.min(CHUNK, query.limit() + 1 - found.size());
      after = collect(query, selection, among, after, revision, wanted, candidates);
      List<Document> loaded = documents.all(candidates);
      if (loaded.size() < candidates.size() || revision < horizon(query)) {
        return Optional.empty();
      }
      loaded.stream().filter(selection::matches).forEach(found::add);
      if (query.limit() > 0 && found.size() > query.limit()) {
        return Optional.of(cut(query, selection, found, revision));
      }
    }
    return Optional.of(new ListResult.Page(found, revision, "", 0));
  }

  /** The keys that need a look, where that is known and fewer than all. */
  private Optional<NavigableSet<ObjectKey>> narrowed(ListQuery query, Selection selection) {
    String node = selection.node();
    if (!node.isEmpty()) {
      return Optional.of(index.onNode(query.type(), node));
    }
    return query.labels().isEverything()
        ? Optional.empty()
        : index.labelled(query.type(), query.namespace(), query.labels());
  }

  /** The key to go on behind, or null when the walk came to its end. */
  private ObjectKey collect(
      ListQuery query,
      Selection selection,
      Optional<NavigableSet<ObjectKey>> among,
      ObjectKey after,
      long revision,
      int wanted,
      SequencedMap<ObjectKey, Long> candidates) {
    BiPredicate<ObjectKey, Version> more =
        (key, version) -> {
          if (selection.mayMatch(key, version.head())) {
            candidates.put(key, version.position());
          }
          return candidates.size() < wanted;
        };
    if (among.isPresent()) {
      index.walk(among.get(), after, query.namespace(), revision, more);
    } else {
      index.walk(after, query.namespace(), revision, more);
    }
    return candidates.size() < wanted ? null : candidates.lastEntry().getKey();
  }

  private ListResult.Page cut(
      ListQuery query, Selection selection, List<Document> found, long revision) {
    List<Document> page = found.subList(0, query.limit());
    ObjectKey last = page.getLast().key();
    long remaining = selection.everything() ? remaining(query, last, revision) : -1;
    String next = ContinueToken.after(last, revision).withRemaining(remaining).text();
    return new ListResult.Page(page, revision, next, remaining);
  }

  /**
   * Of few what follows is counted. Of many that would take longer than the page: the first page of
   * the newest state knows how many there are, and the others count down from there.
   */
  private long remaining(ListQuery query, ObjectKey last, long revision) {
    long there = index.count(query.type(), query.namespace());
    if (there <= COUNTED) {
      long[] count = {0};
      index.walk(last, query.namespace(), revision, (key, version) -> ++count[0] > 0);
      return count[0];
    }
    if (query.continueToken().isEmpty()) {
      return revision == progress.revision() ? there - query.limit() : -1;
    }
    long before =
        ContinueToken.parse(query.continueToken()).map(ContinueToken::remaining).orElse(-1L);
    return before < 0 ? -1 : Math.max(1, before - query.limit());
  }
}
