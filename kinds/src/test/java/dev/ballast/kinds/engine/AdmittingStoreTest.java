package dev.ballast.kinds.engine;

import dev.ballast.core.identity.RandomIds;
import dev.ballast.core.identity.User;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.store.ResourceStore;
import dev.ballast.core.store.Write;
import dev.ballast.core.time.SimulatedTimers;
import dev.ballast.kinds.admission.Admissions;
import dev.ballast.testkit.store.InMemoryResourceStore;
import dev.ballast.testkit.store.ResourceStoreContract;
import java.time.Instant;
import java.util.Random;

/** The contract of the port holds where writes are admitted too. */
class AdmittingStoreTest extends ResourceStoreContract {

  private InMemoryResourceStore bare;

  @Override
  protected ResourceStore open() {
    bare = new InMemoryResourceStore();
    createNamespace(bare, "kube-node-lease");
    RandomIds ids = new RandomIds(new Random(1));
    return new AdmittingStore(
        bare,
        Cluster.KINDS,
        Admissions.standard(ids, "10.96.0.0/16"),
        ids,
        new SimulatedTimers(Instant.parse(Cluster.START), new Random(1)),
        User.CONTROL_PLANE);
  }

  /** Past admission, which would make more of it than the cases expect. */
  @Override
  protected void createNamespace(ResourceStore store, String name) {
    String json = "{'apiVersion':'v1','kind':'Namespace','metadata':{'name':'%s'}}";
    bare.commit(
        new Write.Create(
            ObjectKey.cluster(ResourceType.NAMESPACES, name),
            Json.storable(Cluster.json(json.formatted(name)))));
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
