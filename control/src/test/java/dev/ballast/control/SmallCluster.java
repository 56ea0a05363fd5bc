package dev.ballast.control;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.control.meta.KindNames.KindName;
import dev.ballast.core.identity.Ids;
import dev.ballast.core.identity.RandomIds;
import dev.ballast.core.identity.User;
import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.store.CommitResult;
import dev.ballast.core.store.ListQuery;
import dev.ballast.core.store.ListResult;
import dev.ballast.core.store.Write;
import dev.ballast.core.telemetry.Telemetry;
import dev.ballast.core.time.SimulatedTimers;
import dev.ballast.kinds.Kind;
import dev.ballast.kinds.admission.Admissions;
import dev.ballast.kinds.builtin.BuiltinKinds;
import dev.ballast.kinds.engine.AdmittingStore;
import dev.ballast.testkit.cluster.FaultyStore;
import dev.ballast.testkit.cluster.ToyNodes;
import dev.ballast.testkit.store.InMemoryResourceStore;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/** Simulated time, an API, nodes that run pods, and the controllers: one thread, one seed. */
public final class SmallCluster {

  private static final BuiltinKinds KINDS = new BuiltinKinds();

  public final Random random;
  public final SimulatedTimers timers;
  public final Ids ids;
  public final InMemoryResourceStore store;

  /** As people and nodes use it. */
  public final AdmittingStore api;

  /** As the controllers use it. */
  public final FaultyStore faulty;

  public final ToyNodes nodes;
  private Controllers controllers;

  public SmallCluster(long seed) {
    random = new Random(seed);
    timers = new SimulatedTimers(Instant.parse("2026-01-01T00:00:00Z"), random);
    ids = new RandomIds(random);
    store = new InMemoryResourceStore(timers::execute);
    api =
        new AdmittingStore(
            store,
            KINDS,
            Admissions.standard(ids, "10.96.0.0/16"),
            ids,
            timers,
            User.CONTROL_PLANE);
    faulty = new FaultyStore(api);
    for (String namespace : List.of("default", "kube-node-lease")) {
      create(
          ResourceType.NAMESPACES,
          "{'apiVersion':'v1','kind':'Namespace','metadata':{'name':'%s'}}".formatted(namespace));
    }
    nodes = new ToyNodes(api, timers, random, List.of("n1", "n2", "n3"), Duration.ofMillis(50));
    nodes.start();
    startControllers();
  }

  public void startControllers() {
    controllers = new Controllers(faulty, timers, ids, Telemetry.NONE, config());
    controllers.start();
  }

  public void crashControllers() {
    controllers.close();
  }

  public ObjectKey create(ResourceType type, String yamlLikeJson) {
    ObjectNode document = Json.parse(json(yamlLikeJson));
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

  /** Single quotes for double ones, so that tests read better. */
  private static byte[] json(String text) {
    return text.replace('\'', '"').getBytes(java.nio.charset.StandardCharsets.UTF_8);
  }

  /** Changes a document until no conflict is in the way. */
  public void edit(
      ObjectKey key, String subresource, java.util.function.Consumer<ObjectNode> change) {
    while (true) {
      Document document = api.get(key).orElseThrow();
      ObjectNode tree = document.tree();
      change.accept(tree);
      CommitResult result =
          api.commit(new Write.Replace(key, document.revision(), subresource, Json.storable(tree)));
      if (!(result instanceof CommitResult.Conflict)) {
        return;
      }
    }
  }

  public ObjectNode get(ObjectKey key) {
    return api.get(key).orElseThrow().tree();
  }

  public Map<ObjectKey, ObjectNode> all(ResourceType type) {
    Map<ObjectKey, ObjectNode> found = new TreeMap<>();
    ListResult.Page page = (ListResult.Page) api.list(ListQuery.all(type));
    page.documents().forEach(document -> found.put(document.key(), document.tree()));
    return found;
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
