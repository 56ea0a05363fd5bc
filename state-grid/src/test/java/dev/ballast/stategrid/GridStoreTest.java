package dev.ballast.stategrid;

import dev.ballast.core.store.ResourceStore;
import dev.ballast.core.telemetry.Telemetry;
import dev.ballast.testkit.store.ResourceStoreContract;
import dev.ballast.testkit.time.WallTimers;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class GridStoreTest extends ResourceStoreContract {

  @TempDir Path directory;
  private StateGrid grid;

  @Override
  protected ResourceStore open() {
    grid = StateGrid.open(Settings.in(directory), new WallTimers(), Telemetry.NONE);
    return grid.store();
  }

  @Override
  protected boolean keepsBasis() {
    return true;
  }

  @Override
  protected boolean compacts() {
    return true;
  }

  @Override
  protected void compact(ResourceStore store, long revision) {
    grid.compact(revision);
  }
}
