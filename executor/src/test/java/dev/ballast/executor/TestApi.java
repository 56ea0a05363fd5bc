package dev.ballast.executor;

import dev.ballast.core.identity.Ids;
import dev.ballast.core.identity.User;
import dev.ballast.core.store.ResourceStore;
import dev.ballast.core.time.Timers;
import dev.ballast.kinds.admission.Admissions;
import dev.ballast.kinds.admission.Bootstrap;
import dev.ballast.kinds.builtin.BuiltinKinds;
import dev.ballast.kinds.engine.AdmittedResources;
import dev.ballast.kinds.engine.AdmittingStore;
import java.util.List;

/** The store as the API serves it: with the real kinds, admission and first objects. */
final class TestApi {

  private static final BuiltinKinds KINDS = new BuiltinKinds();

  private TestApi() {}

  static AdmittingStore over(ResourceStore bare, Timers timers, Ids ids) {
    var admissions = Admissions.standard(ids, "10.96.0.0/16");
    new Bootstrap(new AdmittedResources(bare, KINDS, admissions, ids, timers), KINDS)
        .run("CA", "10.96.0.1", List.of("192.0.2.1"), 6443)
        .ifPresent(
            failure -> {
              throw new AssertionError(failure);
            });
    return new AdmittingStore(bare, KINDS, admissions, ids, timers, User.CONTROL_PLANE);
  }
}
