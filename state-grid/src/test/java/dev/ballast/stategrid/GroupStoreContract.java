package dev.ballast.stategrid;

import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.store.CommitResult;
import dev.ballast.core.store.DeleteOptions;
import dev.ballast.core.store.ListQuery;
import dev.ballast.core.store.ListResult;
import dev.ballast.core.store.ResourceStore;
import dev.ballast.core.store.StoreUnavailableException;
import dev.ballast.core.store.Write;
import dev.ballast.testkit.store.ResourceStoreContract;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * The contract on a member of three, which live as long as the class: beginning a group takes
 * longer than a test. Each test finds the store empty, at whatever revision the one before left.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class GroupStoreContract extends ResourceStoreContract {

  private static final List<ResourceType> WRITTEN =
      List.of(ResourceType.CONFIG_MAPS, ResourceType.SECRETS, ResourceType.LEASES);

  private Path directory;
  private LocalGroup group;
  private int looked;

  @BeforeAll
  void take(@TempDir Path directory) {
    this.directory = directory;
  }

  /** Which of the members is looked at. */
  abstract int member(LocalGroup group);

  @Override
  protected ResourceStore open() {
    if (group == null) {
      group = new LocalGroup(directory, 3, 10_000, Duration.ofSeconds(2)).startAll();
    }
    looked = member(group);
    return group.grid(looked).store();
  }

  @Override
  protected void finish(ResourceStore store) {
    try {
      WRITTEN.forEach(type -> empty(store, type));
    } catch (StoreUnavailableException closedByTheTest) {
      group.stop(looked);
      group.start(looked);
      WRITTEN.forEach(type -> empty(group.grid(group.leader()).store(), type));
    }
  }

  private static void empty(ResourceStore store, ResourceType type) {
    ListResult.Page page =
        Assertions.assertInstanceOf(ListResult.Page.class, store.list(ListQuery.all(type)));
    List<Write> removals = page.documents().stream().map(GroupStoreContract::removal).toList();
    if (!removals.isEmpty()) {
      Assertions.assertInstanceOf(CommitResult.Committed.class, store.commit(removals));
    }
  }

  private static Write removal(Document document) {
    return new Write.Delete(document.key(), 0, DeleteOptions.DEFAULTS);
  }

  @AfterAll
  void closeGroup() {
    if (group != null) {
      group.close();
    }
  }

  @Override
  protected boolean compacts() {
    return true;
  }

  @Override
  protected void compact(ResourceStore store, long revision) {
    group.grid(group.leader()).compact(revision);
    store.revision();
  }
}
