package dev.ballast.elasticpool.kwok;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.pool.MachineSpec;
import dev.ballast.core.pool.NodeProvider;
import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.store.DeleteOptions;
import dev.ballast.core.store.Write;
import dev.ballast.core.time.SimulatedTimers;
import dev.ballast.elasticpool.claim.NodeClaim;
import dev.ballast.testkit.pool.NodeProviderContract;
import dev.ballast.testkit.store.InMemoryResourceStore;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every provider keeps to, with the claims that the machines are asked for. */
class KwokProviderTest extends NodeProviderContract {

  private final InMemoryResourceStore store = new InMemoryResourceStore();
  private final SimulatedTimers timers = new SimulatedTimers(Instant.EPOCH, new Random(1));

  @Override
  protected NodeProvider open() {
    NodeProvider provider = provider(new Host("m1", true));
    return new NodeProvider() {
      @Override
      public Listed list() {
        return provider.list();
      }

      @Override
      public Created create(MachineSpec spec) {
        claim(spec);
        return provider.create(spec);
      }

      @Override
      public Deleted delete(String id) {
        return provider.delete(id);
      }
    };
  }

  private NodeProvider provider(Host... hosts) {
    return new KwokProvider(store, () -> List.of(hosts), timers);
  }

  /** Whoever asks for a machine has a claim; one whose machine is ended makes way for the next. */
  private void claim(MachineSpec spec) {
    ObjectKey key = ObjectKey.cluster(ResourceType.NODE_CLAIMS, spec.name());
    Optional<Document> there = store.get(key);
    if (there.filter(one -> one.as(NodeClaim.class).isEnded()).isPresent()) {
      store.commit(new Write.Delete(key, 0, DeleteOptions.DEFAULTS));
      there = Optional.empty();
    }
    if (there.isEmpty()) {
      ObjectNode claim = Json.object();
      claim
          .putObject("metadata")
          .put("name", spec.name())
          .put("uid", spec.token())
          .putObject("labels")
          .put("karpenter.sh/nodepool", spec.pool());
      store.commit(new Write.Create(key, Json.storable(claim)));
    }
  }

  @Test
  void theMemberWithTheFewestMachinesGetsTheNext() {
    NodeProvider provider =
        provider(new Host("m2", true), new Host("m1", true), new Host("m0", false));
    assertEquals("kwok://m1/a", made(provider, "a"));
    assertEquals("kwok://m2/b", made(provider, "b"));
    assertEquals("kwok://m1/c", made(provider, "c"));
    provider.delete("kwok://m1/a");
    provider.delete("kwok://m1/c");
    assertEquals("kwok://m1/d", made(provider, "d"));
  }

  @Test
  void machinesAskedForAtOnceAreSpread() throws Exception {
    List<Host> hosts = List.of(new Host("m0", true), new Host("m1", true), new Host("m2", true));
    NodeProvider provider =
        new KwokProvider(
            store,
            () -> {
              // Whoever has counted lets the others count.
              Thread.yield();
              return hosts;
            },
            timers);
    List<Callable<String>> asked =
        IntStream.range(0, 60)
            .<Callable<String>>mapToObj(i -> () -> made(provider, "c" + i).split("/")[2])
            .toList();
    Map<String, Integer> load = new TreeMap<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<String> member : threads.invokeAll(asked)) {
        load.merge(member.get(), 1, Integer::sum);
      }
    }
    assertEquals(Map.of("m0", 20, "m1", 20, "m2", 20), load);
  }

  @Test
  void whoeverLeadsNextGivesTheSameMachineToTheSameMember() {
    made(provider(new Host("m1", true)), "a");
    assertEquals("kwok://m1/a", made(provider(new Host("m0", true), new Host("m1", false)), "a"));
  }

  @Test
  void aMemberThatIsRemovedHasNoMachines() {
    made(provider(new Host("m1", true)), "a");
    assertEquals(
        List.of(),
        ((NodeProvider.Listed.Machines) provider(new Host("m2", true)).list()).machines());
  }

  @Test
  void thereMustBeSomebodyToHostIt() {
    MachineSpec spec = spec("a");
    claim(spec);
    var failed =
        assertInstanceOf(
            NodeProvider.Created.Failed.class, provider(new Host("m1", false)).create(spec));
    assertEquals("InsufficientCapacity", failed.failure().reason());
  }

  @Test
  void aClaimWhoseMachineIsEndedGetsNoOther() {
    NodeProvider provider = provider(new Host("m1", true));
    provider.delete(made(provider, "a"));
    var failed = assertInstanceOf(NodeProvider.Created.Failed.class, provider.create(spec("a")));
    assertEquals("Gone", failed.failure().reason());
    assertEquals(List.of(), ((NodeProvider.Listed.Machines) provider.list()).machines());
  }

  private String made(NodeProvider provider, String name) {
    MachineSpec spec = spec(name);
    claim(spec);
    return assertInstanceOf(NodeProvider.Created.Made.class, provider.create(spec)).machine().id();
  }

  private static MachineSpec spec(String name) {
    return new MachineSpec(name, "web", "uid-" + name, Map.of(), Map.of());
  }
}
