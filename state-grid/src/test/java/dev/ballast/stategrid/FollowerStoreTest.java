package dev.ballast.stategrid;

import dev.ballast.core.store.ResourceStore;
import dev.ballast.testkit.store.ResourceStoreContract;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** The contract on the follower of three members. */
class FollowerStoreTest extends ResourceStoreContract {

  @TempDir Path directory;
  private LocalGroup group;

  @Override
  protected ResourceStore open() {
    group = new LocalGroup(directory, 3, 10_000).startAll();
    return group.grid(group.follower()).store();
  }

  @AfterEach
  void closeGroup() {
    group.close();
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
