package dev.ballast.stategrid.sequence;

import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.stategrid.documents.DocumentGrid;
import dev.ballast.stategrid.documents.DocumentReader;
import dev.ballast.stategrid.entry.Entry;
import dev.ballast.stategrid.entry.Progress;
import dev.ballast.stategrid.entry.Volatiles;
import dev.ballast.stategrid.index.VersionIndex;
import dev.ballast.stategrid.log.CommitLog;
import dev.ballast.stategrid.watch.RecentChange;
import dev.ballast.stategrid.watch.Recents;
import dev.ballast.stategrid.watch.Watches;
import java.util.List;
import java.util.function.Consumer;

/**
 * Shows what is durable to readers and watchers, in the log's order: batches of this member's own
 * sequencer and those of another's. Whatever changes what readers see goes through here, one at a
 * time. Thread-safe.
 *
 * @param index what is there
 * @param progress how far it is shown
 */
public record Publisher(
    VersionIndex index,
    DocumentGrid grid,
    DocumentReader documents,
    Recents recents,
    Watches watches,
    Progress progress) {

  synchronized void publish(Publication publication) {
    publication.fill(grid);
    for (RecentChange change : publication.changes()) {
      index.apply(change.entry());
    }
    publication.clear(grid);
    recents.append(publication.changes());
    advance(publication.revision());
    watches.signal(publication.changes());
    for (RecentChange change : publication.changes()) {
      forgetVolatile(change.entry());
    }
  }

  /** Prepares rows of another member's sequencer; running the result shows them. */
  public Runnable prepare(List<CommitLog.Row> rows) {
    Publication publication = Publication.of(rows, documents);
    return () -> publish(publication);
  }

  /** Nothing older than this will be given out any more, and nothing up to it is missing here. */
  public synchronized void advance(long revision) {
    progress.publish(Math.max(revision, progress.revision()));
  }

  /** The grid keeps one version of a volatile object, the recent changes some; no more is known. */
  private void forgetVolatile(Entry entry) {
    ObjectKey key = entry.key();
    if (Volatiles.contains(key)) {
      index.prune(key, recents.floor(ResourceType.LEASES));
    }
  }

  /** What another member's grid holds from now on is gone here, and its watches end. */
  public synchronized void forgetVolatiles() {
    grid.remove(index.removeIf(Volatiles::contains));
    recents.forget(ResourceType.LEASES, progress.revision());
    watches.end(ResourceType.LEASES);
  }

  /**
   * Shows another image instead. Its history reaches back to the horizon, and what came between is
   * found missing among the recent changes and fetched from there. So these are forgotten first: a
   * watch that saw the horizon alone would take it that nothing had happened until then.
   */
  public synchronized void replace(Consumer<Consumer<Entry>> entries, long revision, long horizon) {
    Runnable swap = index.prepare(entries);
    long newest = Math.max(revision, progress.revision());
    recents.forget(revision);
    progress.compacted(Math.max(horizon, progress.horizon()));
    swap.run();
    progress.publish(newest);
    watches.signalAll();
  }

  /**
   * Lets history before a revision go; what nobody needs any more is doomed then. Whoever named the
   * revision had shown everything up to it, also where that came with volatile objects, which this
   * member may not have heard of.
   */
  public synchronized void compact(long horizon) {
    advance(horizon);
    progress.compacted(Math.max(horizon, progress.horizon()));
    index.prune(horizon);
  }
}
