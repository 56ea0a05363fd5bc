package dev.ballast.testkit.pool;

import dev.ballast.core.pool.NodeProvider;

class FakeNodeProviderTest extends NodeProviderContract {
  @Override
  protected NodeProvider open() {
    return new FakeNodeProvider();
  }
}
