package dev.ballast.app;

import dev.ballast.control.Controllers;
import dev.ballast.kinds.KindRegistry;

/** Opens the package's wiring to tests in other packages. */
public final class ServedKindsForTests {

  private ServedKindsForTests() {}

  public static Controllers.Config config(String caPem, KindRegistry kinds) {
    return ServedKinds.config(caPem, kinds);
  }
}
