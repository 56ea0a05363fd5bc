package dev.ballast.stategrid;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.store.CommitResult;
import dev.ballast.core.store.ListQuery;
import dev.ballast.core.store.ListResult;
import dev.ballast.core.store.Watch;
import dev.ballast.core.store.WatchQuery;
import dev.ballast.core.store.Write;
import dev.ballast.stategrid.documents.DocumentReader;
import dev.ballast.stategrid.entry.Progress;
import dev.ballast.stategrid.index.VersionIndex;
import dev.ballast.stategrid.log.LogReader;
import dev.ballast.stategrid.sequence.Publisher;
import dev.ballast.stategrid.sqlite.Image;
import dev.ballast.stategrid.watch.Recents;
import dev.ballast.stategrid.watch.Watches;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A leader that learns, while it answers, that another one leads. */
class VolatileReadsTest {

  private static final ObjectKey LEASE = new ObjectKey(ResourceType.LEASES, "kube-node-lease", "n");
  private static final ListResult.Page THEIRS = new ListResult.Page(List.of(), 77, "", 0);

  @TempDir Path directory;
  private final Deposed standing = new Deposed();
  private Image image;
  private GridStore store;

  /** Leads until it is asked whether a majority agrees, or until it has opened a watch. */
  private static final class Deposed implements Standing {
    private final Document theirs =
        new Document(LEASE, 77, Json.storable(Json.object().put("kind", "Lease")));
    private int leads = 2;

    @Override
    public CommitResult commit(List<Write> writes) {
      throw new UnsupportedOperationException("nothing is written here");
    }

    @Override
    public void confirm() {
      leads = 0;
    }

    @Override
    public Optional<Object> lead() {
      return leads-- > 0 ? Optional.of(this) : Optional.empty();
    }

    @Override
    public Optional<Optional<Document>> volatileGet(ObjectKey key) {
      return leads > 0 ? Optional.empty() : Optional.of(Optional.of(theirs));
    }

    @Override
    public Optional<ListResult> volatileList(ListQuery query) {
      return leads > 0 ? Optional.empty() : Optional.of(THEIRS);
    }

    @Override
    public Optional<Watch> volatileWatch(WatchQuery query, Runnable signal) {
      return Optional.empty();
    }
  }

  @BeforeEach
  void open() {
    image = Image.at(directory.resolve("state.db"));
    LogReader log = image;
    Progress progress = new Progress(1, 0);
    Recents recents = new Recents(1);
    ForgetfulGrid grid = new ForgetfulGrid(1);
    VersionIndex index = new VersionIndex();
    DocumentReader reader = new DocumentReader(grid, log, recents, index);
    store =
        new GridStore(
            new Publisher(
                index,
                grid,
                reader,
                recents,
                new Watches(progress, log, reader, recents),
                progress),
            () -> {});
    store.stand(standing);
  }

  @AfterEach
  void close() {
    image.close();
  }

  @Test
  void whatItHadIsNotAnswered() {
    assertEquals(77, store.get(LEASE).orElseThrow().revision());
  }

  @Test
  void norListed() {
    assertSame(THEIRS, store.list(ListQuery.in(ResourceType.LEASES, "kube-node-lease")));
  }
}
