package dev.ballast.app.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.app.simulation.Rule.Change;
import dev.ballast.app.simulation.Rule.Running;
import dev.ballast.app.simulation.Rule.Start;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The rules on histories made by hand: silent about good ones, loud about each kind of bad one. */
class InvariantsTest {

  private final Availability web = new Availability("web");
  private final Invariants invariants = Invariants.standard(web);
  private long revision;

  InvariantsTest() {
    commit(object(ResourceType.NAMESPACES, "", "default", "{}"));
    commit(
        object(
            ResourceType.NODES,
            "",
            "n0",
            "{'status':{'allocatable':{'cpu':'2','memory':'4Gi','pods':'3'}}}"));
  }

  private static Change object(ResourceType type, String namespace, String name, String json) {
    ObjectNode tree = Json.parse(json.replace('\'', '"').getBytes());
    tree.withObject("/metadata").put("name", name).put("uid", name);
    return new Change(new ObjectKey(type, namespace, name), false, tree);
  }

  private static Change pod(String name, String node, String more) {
    return object(
        ResourceType.PODS,
        "default",
        name,
        "{'spec':{'nodeName':'%s','restartPolicy':'Never','containers':[{'resources':{'requests':{'cpu':'800m'}}}]}%s}"
            .formatted(node, more));
  }

  private static Change gone(Change change) {
    return new Change(change.key(), true, change.object());
  }

  private void commit(Change... changes) {
    invariants.committed(
        new Rule.Commit(++revision, Duration.ofSeconds(revision), List.of(changes)));
  }

  private void look(int second, Running... running) {
    invariants.looked(new Rule.Look(Duration.ofSeconds(second), List.of(running)));
  }

  private static Running running(String uid, int quietSince) {
    return new Running("n0", uid, "main", Duration.ofSeconds(quietSince));
  }

  private void finds(String part) {
    assertEquals(1, invariants.broken().size(), () -> invariants.broken().toString());
    assertTrue(invariants.broken().getFirst().contains(part), () -> invariants.broken().toString());
  }

  @Test
  void aGoodHistoryBreaksNothing() {
    Change pod = pod("p", "n0", "");
    commit(pod("p", "", ""));
    commit(pod);
    invariants.started(new Start("n0", "p", "main", 0));
    look(5, running("p", 0));
    commit(gone(pod));
    look(6, running("p", 0));
    look(20, running("p", 10));
    assertEquals(List.of(), invariants.broken());
  }

  @Test
  void aDoubleStart() {
    commit(
        object(
            ResourceType.PODS,
            "default",
            "p",
            "{'spec':{'nodeName':'n0','restartPolicy':'Always'}}"));
    invariants.started(new Start("n0", "p", "main", 0));
    invariants.started(new Start("n0", "p", "main", 1));
    assertEquals(List.of(), invariants.broken());
    invariants.started(new Start("n0", "p", "main", 1));
    finds("for the second time");
  }

  @Test
  void aRestartOfWhatMayNeverRestart() {
    commit(pod("p", "n0", ""));
    invariants.started(new Start("n0", "p", "main", 0));
    invariants.started(new Start("n0", "p", "main", 1));
    finds("may never restart");
  }

  @Test
  void twoAtOnce() {
    commit(pod("p", "n0", ""));
    look(3, running("p", 0), running("p", 0));
    finds("twice at once");
  }

  @Test
  void aStartElsewhere() {
    commit(pod("p", "n0", ""));
    invariants.started(new Start("n1", "p", "main", 0));
    finds("bound to n0");
  }

  @Test
  void aSecondBinding() {
    commit(pod("p", "n0", ""));
    commit(pod("p", "n1", ""));
    finds("then to n1");
  }

  @Test
  void anOvercommitOfProcessors() {
    commit(pod("a", "n0", ""), pod("b", "n0", ""));
    assertEquals(List.of(), invariants.broken());
    commit(pod("c", "n0", ""));
    finds("2.400 of 2 cpu");
  }

  @Test
  void whatHasEndedTakesNoRoom() {
    commit(pod("a", "n0", ""), pod("b", "n0", ",'status':{'phase':'Succeeded'}"));
    commit(pod("c", "n0", ""));
    assertEquals(List.of(), invariants.broken());
  }

  @Test
  void anOvercommitByAnInitContainer() {
    commit(
        object(
            ResourceType.PODS,
            "default",
            "p",
            """
            {'spec':{'nodeName':'n0','containers':[{'resources':{'requests':{'memory':'1Gi'}}}],
             'initContainers':[{'restartPolicy':'Always','resources':{'requests':{'memory':'2Gi'}}},
              {'resources':{'requests':{'memory':'3Gi'}}}]}}
            """));
    finds("memory");
  }

  @Test
  void anOrphan() {
    Change pod = pod("p", "n0", "");
    commit(pod);
    commit(gone(pod));
    look(20, running("p", 0));
    look(21, running("p", 0));
    finds("still runs");
  }

  @Test
  void aJobThatCountsTwice() {
    String owned =
        ",'metadata':{'ownerReferences':[{'kind':'Job','uid':'sum'}]},'status':{'phase':'Succeeded'}";
    commit(pod("a", "n0", owned));
    commit(job("{'status':{'succeeded':1}}"));
    assertEquals(List.of(), invariants.broken());
    commit(job("{'status':{'succeeded':2}}"));
    finds("counts 2 succeeded, but there were 1");
  }

  @Test
  void aJobThatTakesBack() {
    commit(
        pod(
            "a",
            "n0",
            ",'metadata':{'ownerReferences':[{'kind':'Job','uid':'sum'}]},'status':{'phase':'Failed'}"));
    commit(job("{'status':{'failed':1}}"));
    commit(job("{'status':{'failed':0}}"));
    finds("taken back");
  }

  private static Change job(String json) {
    return object(ResourceType.JOBS, "default", "sum", json);
  }

  @Test
  void aRolloutThatTakesTooMany() {
    String ready =
        ",'metadata':{'labels':{'app':'web'}},'status':{'conditions':[{'type':'Ready','status':'%s'}]}";
    commit(pod("a", "n0", ready.formatted("True")), pod("b", "n0", ready.formatted("True")));
    web.hold(2, 3);
    commit(pod("b", "n0", ready.formatted("False")));
    finds("1 of 2 pods");
  }

  @Test
  void aRolloutThatWantsTooMany() {
    web.hold(0, 3);
    commit(
        object(
            ResourceType.REPLICA_SETS,
            "default",
            "web-1",
            "{'metadata':{'labels':{'app':'web'}},'spec':{'replicas':4}}"));
    finds("its sets want 4");
  }

  @Test
  void aSetWithMorePodsThanWereAskedFor() {
    commit(object(ResourceType.REPLICA_SETS, "default", "set", "{'spec':{'replicas':1}}"));
    String owned = ",'metadata':{'ownerReferences':[{'kind':'ReplicaSet','uid':'set'}]}";
    commit(pod("a", "", owned));
    commit(pod("b", "", owned));
    finds("more pods than were asked for");
  }

  @Test
  void remainsOfANamespace() {
    Change team = object(ResourceType.NAMESPACES, "", "team", "{}");
    commit(team);
    commit(object(ResourceType.CONFIG_MAPS, "team", "left", "{}"));
    commit(gone(team));
    finds("outlived");
  }

  @Test
  void anObjectWithoutANamespace() {
    commit(object(ResourceType.CONFIG_MAPS, "nowhere", "stray", "{}"));
    finds("not there");
  }
}
