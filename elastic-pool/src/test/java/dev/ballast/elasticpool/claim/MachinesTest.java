package dev.ballast.elasticpool.claim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.control.informer.Cached;
import dev.ballast.control.informer.Informer;
import dev.ballast.control.informer.Informers;
import dev.ballast.control.runner.Effects.Outcome;
import dev.ballast.core.model.Node;
import dev.ballast.core.plan.PodRef;
import dev.ballast.core.pool.MachineSpec;
import dev.ballast.core.pool.NodeProvider;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.status.Failure;
import dev.ballast.core.store.DeleteOptions;
import dev.ballast.core.store.Write;
import dev.ballast.core.telemetry.Telemetry;
import dev.ballast.core.time.SimulatedTimers;
import dev.ballast.testkit.store.InMemoryResourceStore;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What is done outside of the store, and what is left undone. */
class MachinesTest implements NodeProvider {

  private static final ObjectKey POD = new ObjectKey(ResourceType.PODS, "default", "p");

  private final SimulatedTimers timers = new SimulatedTimers(Instant.EPOCH, new Random(1));
  private final InMemoryResourceStore store = new InMemoryResourceStore(timers::execute);
  private final List<String> ended = new ArrayList<>();
  private Optional<Failure> refusal = Optional.empty();

  @Test
  void aPodThatCannotBeEvictedHoldsUpNobody() {
    refusal = Optional.of(new Failure(500, "InternalError", "two budgets"));
    assertEquals(
        new Outcome.Then(List.of()),
        machines("K").perform(new ClaimAction.Evict(new PodRef(POD, "u"))));
  }

  @Test
  void endsNoMachineWhileAPodThatCameLateIsOnIt() {
    Machines machines = machines("K");
    create(ResourceType.NODES, "{'metadata':{'name':'web-1'},'spec':{'providerID':'x://1'}}");
    Cached<NodeClaim> claim = claim();
    timers.runFor(Duration.ofSeconds(1));
    create(
        ResourceType.PODS,
        "{'metadata':{'name':'p','namespace':'default'},'spec':{'nodeName':'web-1'}}");
    create(
        ResourceType.PODS,
        "{'metadata':{'name':'q','namespace':'default'},'spec':{'nodeName':'other'}}");
    assertEquals(new Outcome.Then(List.of()), machines.perform(new ClaimAction.End(claim)));
    assertEquals(List.of(), ended);
    store.commit(new Write.Delete(POD, 0, DeleteOptions.DEFAULTS));
    assertEquals(1, recorded(machines.perform(new ClaimAction.End(claim))));
    assertEquals(List.of("x://1"), ended);
  }

  @Test
  void aMachineThatNobodyProvidesIsEndedAlready() {
    assertEquals(1, recorded(machines("Other").perform(new ClaimAction.End(claim()))));
    assertEquals(List.of(), ended);
  }

  @Test
  void whatBecameOfAMachineIsNotSaidOfTheClaimsNamesake() {
    Cached<NodeClaim> before = claim("u");
    store.commit(new Write.Delete(before.key(), 0, DeleteOptions.DEFAULTS));
    claim("another");
    assertInstanceOf(
        Outcome.Failed.class, machines("K").perform(new ClaimAction.End(before)), "not recorded");
  }

  private static int recorded(Outcome outcome) {
    return ((Outcome.Then) outcome).actions().size();
  }

  private Machines machines(String kind) {
    Informers informers = new Informers(store, timers, Telemetry.NONE);
    Informer<Node> nodes = informers.of(ResourceType.NODES, Node.class);
    nodes.find(NodePools.NODE_OF_MACHINE, "");
    informers.start();
    Providers.Provider provider =
        new Providers.Provider("g", kind, ResourceType.KWOK_NODE_CLASSES, this);
    return new Machines(
        new Providers(List.of(provider)), store, nodes, pod -> refusal, timers, Telemetry.NONE);
  }

  private Cached<NodeClaim> claim() {
    return claim("u");
  }

  private Cached<NodeClaim> claim(String uid) {
    ObjectNode claim =
        create(
            ResourceType.NODE_CLAIMS,
            "{'metadata':{'name':'web-1','uid':'%s'},".formatted(uid)
                + "'spec':{'nodeClassRef':{'group':'g','kind':'K','name':'n'}},"
                + "'status':{'providerID':'x://1'}}");
    return new Cached<>(
        ObjectKey.cluster(ResourceType.NODE_CLAIMS, "web-1"),
        store.revision(),
        Json.MAPPER.convertValue(claim, NodeClaim.class));
  }

  private ObjectNode create(ResourceType type, String text) {
    ObjectNode object = Json.parse(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    ObjectKey key =
        new ObjectKey(
            type,
            object.at("/metadata/namespace").asText(""),
            object.at("/metadata/name").asText());
    store.commit(new Write.Create(key, Json.storable(object)));
    return object;
  }

  @Override
  public Listed list() {
    return new Listed.Machines(List.of());
  }

  @Override
  public Created create(MachineSpec spec) {
    throw new AssertionError(spec);
  }

  @Override
  public Deleted delete(String id) {
    ended.add(id);
    return new Deleted.Gone();
  }
}
