package dev.ballast.elasticpool.kwok;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.control.Controllers;
import dev.ballast.control.informer.Informers;
import dev.ballast.control.meta.KindNames.KindName;
import dev.ballast.control.runner.EventRecorder;
import dev.ballast.core.identity.Ids;
import dev.ballast.core.identity.RandomIds;
import dev.ballast.core.identity.User;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.status.Failure;
import dev.ballast.core.store.CommitResult;
import dev.ballast.core.store.DeleteOptions;
import dev.ballast.core.store.ListQuery;
import dev.ballast.core.store.ListResult;
import dev.ballast.core.store.Write;
import dev.ballast.core.telemetry.Telemetry;
import dev.ballast.core.time.SimulatedTimers;
import dev.ballast.elasticpool.claim.NodePools;
import dev.ballast.elasticpool.claim.Providers;
import dev.ballast.kinds.Kind;
import dev.ballast.kinds.Resources;
import dev.ballast.kinds.admission.Admissions;
import dev.ballast.kinds.builtin.BuiltinKinds;
import dev.ballast.kinds.engine.AdmittedResources;
import dev.ballast.kinds.engine.AdmittingStore;
import dev.ballast.testkit.cluster.FaultyStore;
import dev.ballast.testkit.store.InMemoryResourceStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Members that host machines, and a leader that can die: simulated time, one thread, one seed. */
final class PoolCluster {

  private static final BuiltinKinds KINDS = new BuiltinKinds();

  final SimulatedTimers timers;
  final AdmittingStore api;

  /** As the leader uses it. */
  final FaultyStore leading;

  final Map<String, Machines> members = new TreeMap<>();

  /** Members that are in the group. */
  final Set<String> group = new LinkedHashSet<>();

  private final AdmittedResources resources;
  private final Ids ids;
  private final List<AutoCloseable> leader = new ArrayList<>();

  PoolCluster(long seed, String... names) {
    Random random = new Random(seed);
    timers = new SimulatedTimers(Instant.parse("2026-01-01T00:00:00Z"), random);
    ids = new RandomIds(random);
    InMemoryResourceStore store = new InMemoryResourceStore(timers::execute);
    var admissions = Admissions.standard(ids, "10.96.0.0/16");
    api = new AdmittingStore(store, KINDS, admissions, ids, timers, User.CONTROL_PLANE);
    resources = new AdmittedResources(store, KINDS, admissions, ids, timers, Telemetry.NONE);
    leading = new FaultyStore(api);
    for (String namespace : List.of("default", "kube-node-lease")) {
      create(
          ResourceType.NAMESPACES,
          "{'apiVersion':'v1','kind':'Namespace','metadata':{'name':'%s'}}".formatted(namespace));
    }
    create(
        ResourceType.KWOK_NODE_CLASSES,
        "{'apiVersion':'karpenter.kwok.sh/v1alpha1','kind':'KWOKNodeClass','metadata':{'name':'small'}}");
    for (String name : names) {
      group.add(name);
      startMember(name);
    }
    lead();
  }

  /** The machines that run at one member. */
  final class Machines implements KwokHost.Simulator {
    final Map<String, KwokHost.Hosted> running = new TreeMap<>();
    private final Informers informers = new Informers(api, timers, Telemetry.NONE);
    private KwokHost host;

    @Override
    public AutoCloseable start(KwokHost.Hosted machine) {
      if (running.put(machine.name(), machine) != null) {
        throw new AssertionError(machine + " runs already");
      }
      register(machine);
      return () -> running.remove(machine.name());
    }

    @Override
    public void keepOnly(Set<String> names) {}
  }

  void startMember(String name) {
    Machines machines = new Machines();
    machines.host = new KwokHost(machines.informers, name, machines, timers, Telemetry.NONE);
    machines.host.start();
    machines.informers.start();
    members.put(name, machines);
  }

  void stopMember(String name) {
    Machines machines = members.remove(name);
    machines.host.close();
    machines.informers.close();
  }

  /** As an agent does. */
  private void register(KwokHost.Hosted machine) {
    ObjectKey key = ObjectKey.cluster(ResourceType.NODES, machine.name());
    if (api.get(key).isEmpty()) {
      create(
          ResourceType.NODES,
          "{'apiVersion':'v1','kind':'Node','metadata':{'name':'%s'},'spec':{'providerID':'%s',"
                  .formatted(machine.name(), machine.id())
              + "'taints':[{'key':'karpenter.sh/unregistered','effect':'NoExecute'}]},"
              + "'status':{'capacity':{'cpu':'4'},"
              + "'conditions':[{'type':'Ready','status':'True'}]}}");
    }
  }

  /** A leader comes up, and knows nothing. */
  void lead() {
    Controllers controllers = new Controllers(leading, timers, ids, Telemetry.NONE, config());
    controllers.start();
    leader.add(controllers);
    var provider =
        new Providers.Provider(
            "karpenter.kwok.sh",
            "KWOKNodeClass",
            ResourceType.KWOK_NODE_CLASSES,
            new KwokProvider(leading, this::hosts, timers));
    NodePools pools =
        new NodePools(
            new Providers(List.of(provider)),
            pod -> evict(pod.key(), pod.uid()),
            new NodePools.Surroundings(
                controllers.informers(),
                leading,
                config().names(),
                new EventRecorder(leading, config().names(), timers, Telemetry.NONE),
                timers,
                ids,
                Telemetry.NONE));
    pools.start();
    leader.add(pools);
  }

  /** The leader is gone in the middle of whatever it does. */
  void crashLeader() {
    for (AutoCloseable part : leader.reversed()) {
      try {
        part.close();
      } catch (Exception e) {
        throw new AssertionError(e);
      }
    }
    leader.clear();
  }

  private List<Host> hosts() {
    return group.stream().map(name -> new Host(name, members.containsKey(name))).toList();
  }

  private Optional<Failure> evict(ObjectKey pod, String uid) {
    ObjectNode body = Json.object().put("apiVersion", "policy/v1").put("kind", "Eviction");
    body.putObject("metadata").put("name", pod.name()).put("namespace", pod.namespace());
    body.putObject("deleteOptions").putObject("preconditions").put("uid", uid);
    return resources.evict(
                pod.namespace(), pod.name(), body, Resources.WriteOptions.by(User.CONTROL_PLANE))
            instanceof Resources.Outcome.Failed failed
        ? Optional.of(failed.failure())
        : Optional.empty();
  }

  ObjectKey pool(String name, int replicas) {
    return create(
        ResourceType.NODE_POOLS,
        "{'apiVersion':'karpenter.sh/v1','kind':'NodePool','metadata':{'name':'%s'},"
                .formatted(name)
            + "'spec':{'replicas':%d,'template':{'metadata':{'labels':{'team':'a'}},"
                .formatted(replicas)
            + "'spec':{'requirements':[],'nodeClassRef':{'group':'karpenter.kwok.sh',"
            + "'kind':'KWOKNodeClass','name':'small'}}}}}");
  }

  ObjectKey create(ResourceType type, String text) {
    ObjectNode document =
        Json.parse(text.replace('\'', '"').getBytes(java.nio.charset.StandardCharsets.UTF_8));
    ObjectKey key =
        new ObjectKey(
            type,
            document.path("metadata").path("namespace").asText(),
            document.path("metadata").path("name").asText());
    CommitResult result = api.commit(new Write.Create(key, Json.storable(document)));
    if (!(result instanceof CommitResult.Committed)) {
      throw new AssertionError(result);
    }
    return key;
  }

  void edit(ObjectKey key, String subresource, Consumer<ObjectNode> change) {
    CommitResult result;
    do {
      var document = api.get(key).orElseThrow();
      ObjectNode tree = document.tree();
      change.accept(tree);
      result =
          api.commit(new Write.Replace(key, document.revision(), subresource, Json.storable(tree)));
    } while (result instanceof CommitResult.Conflict);
    if (!(result instanceof CommitResult.Committed)) {
      throw new AssertionError(result);
    }
  }

  void delete(ObjectKey key) {
    api.commit(new Write.Delete(key, 0, DeleteOptions.DEFAULTS));
  }

  Map<String, ObjectNode> all(ResourceType type) {
    Map<String, ObjectNode> found = new TreeMap<>();
    ListResult.Page page = (ListResult.Page) api.list(ListQuery.all(type));
    page.documents().forEach(document -> found.put(document.key().name(), document.tree()));
    return found;
  }

  /** All that runs, wherever it does. */
  List<KwokHost.Hosted> running() {
    return members.values().stream()
        .flatMap(machines -> machines.running.values().stream())
        .toList();
  }

  void run(int seconds) {
    timers.runFor(Duration.ofSeconds(seconds));
  }

  private static Controllers.Config config() {
    Map<ResourceType, KindName> names = new HashMap<>();
    Set<ResourceType> namespaced = new LinkedHashSet<>();
    for (Kind kind : KINDS.all()) {
      if (kind.verbs().contains("list") && kind.verbs().contains("delete")) {
        names.put(kind.type(), new KindName(kind.apiVersion(), kind.kind()));
        if (kind.namespaced()) {
          namespaced.add(kind.type());
        }
      }
    }
    return Controllers.Config.of("CA", names, namespaced);
  }
}
