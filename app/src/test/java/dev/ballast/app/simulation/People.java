package dev.ballast.app.simulation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.store.CommitResult;
import dev.ballast.core.store.DeleteOptions.Propagation;
import dev.ballast.core.store.StoreUnavailableException;
import dev.ballast.core.store.Write;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What people submit and write, and what they were told: a journal outside the cluster. */
final class People {

  static final ObjectKey WEB = new ObjectKey(ResourceType.DEPLOYMENTS, "default", "web");

  private static final String DEPLOYMENT =
      """
      {'apiVersion':'apps/v1','kind':'Deployment','metadata':{'name':'web','namespace':'default'},
       'spec':{'replicas':5,'selector':{'matchLabels':{'app':'web'}},
        'strategy':{'rollingUpdate':{'maxSurge':1,'maxUnavailable':1}},
        'template':{'metadata':{'labels':{'app':'web'}},'spec':{
         'terminationGracePeriodSeconds':1,
         'tolerations':[
          {'key':'node.kubernetes.io/unreachable','operator':'Exists','effect':'NoExecute','tolerationSeconds':3},
          {'key':'node.kubernetes.io/not-ready','operator':'Exists','effect':'NoExecute','tolerationSeconds':3}],
         'initContainers':[{'name':'set-up','image':'simulated/exit-0-after-1s',
          'resources':{'requests':{'cpu':'2500m'}}}],
         'containers':[{'name':'main','image':'web:1',
          'resources':{'requests':{'cpu':'2','memory':'1Gi'}}}]}}}}
      """;

  private static final String JOB =
      """
      {'apiVersion':'batch/v1','kind':'Job','metadata':{'name':'%s','namespace':'default'},
       'spec':{'completions':6,'parallelism':3,'backoffLimit':1000,'completionMode':'%s',
        'template':{'metadata':{'annotations':{'simulated.ballast.dev/main':'exit-0-after-4s'}},
         'spec':{'restartPolicy':'Never','terminationGracePeriodSeconds':1,
          'containers':[{'name':'main','image':'sum:1',
           'resources':{'requests':{'cpu':'%s','memory':'1Gi'}}}]}}}}
      """;

  private static final String SERVICE =
      """
      {'apiVersion':'v1','kind':'Service','metadata':{'name':'web','namespace':'default'},
       'spec':{'selector':{'app':'web'},'ports':[{'port':80}]}}
      """;

  private static final String BUDGET =
      """
      {'apiVersion':'policy/v1','kind':'PodDisruptionBudget','metadata':{'name':'web','namespace':'default'},
       'spec':{'maxUnavailable':1,'selector':{'matchLabels':{'app':'web'}}}}
      """;

  private final SimulatedCluster cluster;
  private final Link link;
  final LinkFaults faults;

  /** What each note may hold: the last value acknowledged, and those whose answer was lost. */
  private final Map<ObjectKey, Set<Integer>> notes = new HashMap<>();

  private int written;

  People(SimulatedCluster cluster) {
    this.cluster = cluster;
    this.faults = new LinkFaults(cluster.random, cluster.timers);
    this.link =
        new Link(
            cluster.api,
            new SimulatedProcess(cluster.timers, () -> java.time.Duration.ZERO, () -> {}),
            faults);
  }

  void submit() {
    must(cluster.create(ResourceType.POD_DISRUPTION_BUDGETS, BUDGET));
    must(cluster.create(ResourceType.SERVICES, SERVICE));
    must(cluster.create(ResourceType.DEPLOYMENTS, DEPLOYMENT));
    must(cluster.create(ResourceType.JOBS, JOB.formatted("sums", "Indexed", "3")));
    must(cluster.create(ResourceType.JOBS, JOB.formatted("plain", "NonIndexed", "1")));
    faults.failOneIn = 10;
    faults.loseAnswerOneIn = 5;
  }

  static void must(CommitResult result) {
    if (!(result instanceof CommitResult.Committed)) {
      throw new AssertionError(result);
    }
  }

  /** Writes one note, and remembers what was answered. */
  void note() {
    ObjectKey key =
        new ObjectKey(ResourceType.CONFIG_MAPS, "default", "note-" + cluster.random.nextInt(3));
    int value = ++written;
    Set<Integer> possible = notes.computeIfAbsent(key, k -> new HashSet<>(Set.of(0)));
    try {
      Optional<Document> stored = link.get(key);
      ObjectNode note =
          stored
              .map(Document::tree)
              .orElseGet(() -> Json.object().put("apiVersion", "v1").put("kind", "ConfigMap"));
      note.withObject("/metadata").put("name", key.name()).put("namespace", "default");
      note.withObject("/data").put("value", "" + value);
      byte[] json = Json.storable(note);
      possible.add(value);
      CommitResult result =
          link.commit(
              stored
                  .<Write>map(document -> new Write.Replace(key, document.revision(), "", json))
                  .orElseGet(() -> new Write.Create(key, json)));
      if (result instanceof CommitResult.Committed) {
        possible.clear();
        possible.add(value);
      } else {
        possible.remove(value);
      }
    } catch (StoreUnavailableException unknown) {
      // Both the value before and this one may be there: whoever reads next knows.
      return;
    }
  }

  /** A namespace with things in it comes, or goes; writers go on while it does. */
  void team() {
    String name = "team-" + cluster.random.nextInt(2);
    ObjectKey key = ObjectKey.cluster(ResourceType.NAMESPACES, name);
    if (cluster.api.get(key).isEmpty()) {
      cluster.create(
          ResourceType.NAMESPACES,
          "{'apiVersion':'v1','kind':'Namespace','metadata':{'name':'%s'}}".formatted(name));
      cluster.create(
          ResourceType.JOBS,
          JOB.formatted("small", "NonIndexed", "100m").replace("'default'", "'" + name + "'"));
    } else {
      cluster.delete(key, -1, Propagation.BACKGROUND);
    }
    cluster.create(
        ResourceType.CONFIG_MAPS,
        "{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'late-%d','namespace':'%s'}}"
            .formatted(++written, name));
  }

  /** An owner is replaced by another of its name; what the new one owns must stay. */
  void heir() {
    ObjectKey owner = new ObjectKey(ResourceType.CONFIG_MAPS, "default", "owner");
    cluster.delete(owner, -1, Propagation.BACKGROUND);
    cluster.create(
        ResourceType.CONFIG_MAPS,
        "{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'owner','namespace':'default'}}");
    JsonNode uid = cluster.get(ResourceType.CONFIG_MAPS, "owner").path("metadata").path("uid");
    cluster.create(
        ResourceType.CONFIG_MAPS,
        """
        {'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'heir-%d','namespace':'default',
         'ownerReferences':[{'apiVersion':'v1','kind':'ConfigMap','name':'owner','uid':'%s'}]}}
        """
            .formatted(++written, uid.asText()));
  }

  /** Empty when every acknowledged write is there. */
  Optional<String> lost() {
    for (Map.Entry<ObjectKey, Set<Integer>> note : notes.entrySet()) {
      int stored =
          cluster.api.get(note.getKey()).map(d -> d.tree().at("/data/value").asInt()).orElse(0);
      if (!note.getValue().contains(stored)) {
        return Optional.of(
            note.getKey() + " holds " + stored + ", acknowledged was " + note.getValue());
      }
    }
    return Optional.empty();
  }

  /** Heirs of owners that are gone must have gone, heirs of the owner that is there stay. */
  boolean heirsAreRight() {
    String uid =
        cluster
            .api
            .get(new ObjectKey(ResourceType.CONFIG_MAPS, "default", "owner"))
            .map(owner -> owner.tree().path("metadata").path("uid").asText())
            .orElse("");
    List<String> owners =
        cluster.all(ResourceType.CONFIG_MAPS).stream()
            .filter(map -> map.key().name().startsWith("heir-"))
            .map(map -> map.tree().at("/metadata/ownerReferences/0/uid").asText())
            .toList();
    return uid.isEmpty() ? owners.isEmpty() : owners.equals(List.of(uid));
  }
}
