package dev.ballast.kinds.engine;

import dev.ballast.core.identity.RandomIds;
import dev.ballast.core.identity.User;
import dev.ballast.core.store.ResourceStore;
import dev.ballast.core.time.SimulatedTimers;
import dev.ballast.kinds.builtin.BuiltinKinds;
import dev.ballast.testkit.store.InMemoryResourceStore;
import dev.ballast.testkit.store.ResourceStoreContract;
import java.time.Instant;
import java.util.List;
import java.util.Random;

/** The contract of the port holds where writes are admitted too. */
class AdmittingStoreTest extends ResourceStoreContract {

  private static final BuiltinKinds KINDS = new BuiltinKinds();

  private InMemoryResourceStore bare;

  @Override
  protected ResourceStore open() {
    bare = new InMemoryResourceStore();
    return new AdmittingStore(
        bare,
        KINDS,
        List.of(),
        new RandomIds(new Random(1)),
        new SimulatedTimers(Instant.parse("2026-01-02T03:04:05Z"), new Random(1)),
        User.CONTROL_PLANE);
  }

  @Override
  protected boolean compacts() {
    return true;
  }

  @Override
  protected void compact(ResourceStore store, long revision) {
    bare.compact(revision);
  }
}
