package dev.ballast.app.real;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * How people run things with kubectl: create, run, scale, roll out, wait, drain, ask for rights.
 */
@Tag("clients")
@ExtendWith(SharedServer.Simulated.class)
@ParameterizedClass(name = "kubectl {0}")
@ValueSource(strings = {"1.20", "1.33"})
class KubectlWorkTest {

  private static final String IMAGE = "--image=ballast.local/busybox:1";

  private final String version;
  private final SharedServer.Running running;
  private String namespace;
  private Kubectl kubectl;

  KubectlWorkTest(String version, SharedServer.Running running) {
    this.version = version;
    this.running = running;
  }

  @BeforeEach
  void startAfresh(TestInfo test) {
    namespace = running.namespace(test.getTestMethod().orElseThrow().getName());
    kubectl = running.kubectl(version, namespace);
  }

  private boolean recent() {
    return version.equals("1.33");
  }

  @AtOnce
  void createOfEveryKind() {
    kubectl.ok("create", "deployment", "d", IMAGE, "--replicas=2", "--", "sleep", "1000");
    kubectl.ok("create", "job", "j", IMAGE, "--", "true");
    kubectl.ok("create", "configmap", "c", "--from-literal=k=v");
    kubectl.ok("create", "secret", "generic", "s", "--from-literal=k=v");
    kubectl.ok("create", "serviceaccount", "a");
    kubectl.ok("create", "service", "clusterip", "cluster", "--tcp=80:8080");
    kubectl.ok("create", "service", "nodeport", "node", "--tcp=80:8080");
    kubectl.ok("create", "service", "externalname", "external", "--external-name=example.com");
    kubectl.ok("expose", "deployment", "d", "--port=80", "--target-port=8080");
    kubectl.ok("run", "r", IMAGE, "--restart=Never", "--", "sleep", "1000");
    kubectl.ok("create", "namespace", namespace + "-made");
    kubectl.ok("create", "priorityclass", namespace, "--value=1000");
    if (recent()) {
      // 1.20 knows policy/v1beta1 only, which Kubernetes took away in 1.25.
      kubectl.ok("create", "poddisruptionbudget", "p", "--selector=app=d", "--min-available=1");
    }
    assertEquals("v", kubectl.ok("get", "configmap", "c", "-o=jsonpath={.data.k}"));
    assertEquals("dg==", kubectl.ok("get", "secret", "s", "-o=jsonpath={.data.k}"));
    assertEquals("app=d", selectorOf("service", "d"));
    assertEquals(
        kubectl.ok("get", "job", "j", "-o=jsonpath={.metadata.uid}"),
        kubectl.ok(
            "get",
            "job",
            "j",
            "-o=jsonpath={.spec.selector.matchLabels.batch\\.kubernetes\\.io/controller-uid}"));
    int port =
        Integer.parseInt(
            kubectl.ok("get", "service", "node", "-o=jsonpath={.spec.ports[0].nodePort}"));
    assertTrue(port >= 30000 && port < 32768, "node port " + port);
    kubectl.ok("wait", "--for=condition=Available", "deployment/d", "--timeout=60s");
    kubectl.ok("wait", "--for=condition=Ready", "pod/r", "--timeout=60s");
    kubectl.ok("delete", "priorityclass", namespace);
    kubectl.ok("delete", "namespace", namespace + "-made", "--timeout=60s");
  }

  private String selectorOf(String kind, String name) {
    return kubectl.ok("get", kind, name, "-o=jsonpath=app={.spec.selector.app}");
  }

  @AtOnce
  void scaleNeedsTheReplicasItExpects() {
    kubectl.ok("create", "deployment", "d", IMAGE, "--", "sleep", "1000");
    kubectl.ok("scale", "deployment", "d", "--replicas=2");
    kubectl.ok("scale", "deployment", "d", "--replicas=3", "--current-replicas=2");
    String stale =
        kubectl.refused("scale", "deployment", "d", "--replicas=9", "--current-replicas=2");
    assertTrue(stale.contains("Expected replicas to be 2, was 3"), stale);
    kubectl.ok("rollout", "status", "deployment/d", "--timeout=60s");
    assertEquals(3, kubectl.ok("get", "pods", "-o", "name").lines().count());
  }

  @AtOnce
  void rollOutLookBackAndUndo() {
    kubectl.ok("create", "deployment", "d", IMAGE, "--", "sleep", "1000");
    kubectl.ok("rollout", "status", "deployment/d", "--timeout=60s");
    kubectl.ok("set", "image", "deployment/d", "busybox=ballast.local/busybox:2");
    kubectl.ok("annotate", "deployment/d", "kubernetes.io/change-cause=second image");
    kubectl.ok("rollout", "status", "deployment/d", "--timeout=60s");
    kubectl.ok("set", "env", "deployment/d", "A=B");
    kubectl.ok("rollout", "status", "deployment/d", "--timeout=60s");
    assertEquals(List.of("1", "2", "3"), revisions());
    String second = kubectl.ok("rollout", "history", "deployment/d", "--revision=2");
    assertTrue(second.contains("busybox:2") && second.contains("second image"), second);

    kubectl.ok("rollout", "undo", "deployment/d");
    kubectl.ok("rollout", "status", "deployment/d", "--timeout=60s");
    assertEquals(List.of("1", "3", "4"), revisions());
    assertEquals("", kubectl.ok("get", "deployment", "d", "-o=jsonpath={..containers[0].env}"));
    kubectl.ok("rollout", "undo", "deployment/d", "--to-revision=1");
    kubectl.ok("rollout", "status", "deployment/d", "--timeout=60s");
    assertEquals(
        "ballast.local/busybox:1",
        kubectl.ok("get", "deployment", "d", "-o=jsonpath={..containers[0].image}"));
    assertTrue(
        kubectl
            .refused("rollout", "undo", "deployment/d", "--to-revision=77")
            .contains("revision"));

    kubectl.ok("rollout", "pause", "deployment/d");
    kubectl.ok("set", "image", "deployment/d", "busybox=ballast.local/busybox:3");
    assertTrue(
        kubectl.refused("rollout", "restart", "deployment/d").contains("paused"),
        "a paused deployment does not restart");
    kubectl.ok("rollout", "resume", "deployment/d");
    kubectl.ok("rollout", "restart", "deployment/d");
    kubectl.ok("rollout", "status", "deployment/d", "--timeout=60s");
    assertEquals(
        "ballast.local/busybox:3",
        kubectl.ok("get", "pods", "-o=jsonpath={.items[*].spec.containers[0].image}"));
  }

  private List<String> revisions() {
    return kubectl
        .ok("rollout", "history", "deployment/d")
        .lines()
        .map(line -> line.split(" ")[0])
        .filter(word -> word.matches("\\d+"))
        .toList();
  }

  @AtOnce
  void aJobIsWaitedFor() {
    kubectl.runWithInput(Manifest.text("clients/job.yaml"), "apply", "-f", "-").ok();
    kubectl.ok("wait", "--for=condition=Complete", "job/count", "--timeout=60s");
    assertEquals("3", kubectl.ok("get", "job", "count", "-o=jsonpath={.status.succeeded}"));
    kubectl.ok("delete", "job", "count");
    kubectl.run("wait", "--for=delete", "pod", "--selector=job-name=count", "--timeout=60s");
    assertEquals("", kubectl.ok("get", "pods", "-o", "name"));
    assertTrue(
        kubectl
            .refused("wait", "--for=condition=Ready", "pod/none", "--timeout=1s")
            .contains("not found"));
  }

  @AtOnce
  @ResourceLock("nodes")
  void aDrainWaitsForTheBudget() {
    kubectl.runWithInput(Manifest.text("clients/web.yaml"), "apply", "-f", "-").ok();
    kubectl.runWithInput(Manifest.text("clients/budget.yaml"), "apply", "-f", "-").ok();
    kubectl.ok("rollout", "status", "deployment/web", "--timeout=60s");
    String pod = kubectl.ok("get", "pods", "-o=jsonpath={.items[0].metadata.name}");
    String node = kubectl.ok("get", "pod", pod, "-o=jsonpath={.spec.nodeName}");
    try {
      kubectl.ok("cordon", node);
      assertEquals("Ready,SchedulingDisabled", statusOf(node));
      Kubectl.Result blocked = drain(node, "2s");
      assertEquals(1, blocked.exitCode());
      assertTrue(
          blocked.errors().contains("violate the pod's disruption budget"), blocked.errors());
      kubectl.ok("get", "pod", pod);
      kubectl.ok(
          "patch",
          "poddisruptionbudget",
          "web",
          "--type=merge",
          "-p={\"spec\":{\"minAvailable\":1}}");
      drain(node, "60s").ok();
      kubectl.refused("get", "pod", pod);
      kubectl.ok("rollout", "status", "deployment/web", "--timeout=60s");
    } finally {
      kubectl.ok("uncordon", node);
    }
    assertEquals("Ready", statusOf(node));
  }

  private Kubectl.Result drain(String node, String patience) {
    return kubectl.run(
        "drain", node, "--pod-selector=app=web", "--ignore-daemonsets", "--timeout=" + patience);
  }

  private String statusOf(String node) {
    return kubectl.ok("get", "node", node, "--no-headers").split(" +")[1];
  }

  @AtOnce
  void rightsAndTokens() {
    assertEquals("yes\n", kubectl.ok("auth", "can-i", "create", "pods"));
    assertEquals("yes\n", kubectl.ok("auth", "can-i", "*", "*", "--all-namespaces"));
    assertTrue(kubectl.ok("auth", "can-i", "--list").contains("*.*"));
    assumeTrue(recent(), "kubectl 1.20 has neither whoami nor create token");
    String me = kubectl.ok("auth", "whoami");
    assertTrue(me.contains("ballast-admin") && me.contains("system:masters"), me);
    String token = kubectl.ok("create", "token", "default", "--duration=1h").strip();
    assertEquals(3, token.split("\\.").length, "a JWT");
    String account = kubectl.ok("auth", "whoami", "--token=" + token, "-o", "json");
    assertTrue(
        account.contains("system:serviceaccount:" + namespace + ":default"),
        "the bearer of the token is the account: " + account);
    String bad =
        kubectl.refused("get", "pods", "--token=" + token.substring(0, token.length() - 9));
    assertTrue(bad.contains("logged in") || bad.contains("Unauthorized"), bad);
  }

  @AtOnce
  void resourcesAreSet() {
    kubectl.ok("create", "deployment", "d", IMAGE, "--", "sleep", "1000");
    kubectl.ok(
        "set", "resources", "deployment", "d", "--requests=cpu=20m,memory=16Mi", "--limits=cpu=1");
    assertEquals(
        "20m 16Mi 1",
        kubectl.ok(
            "get",
            "deployment",
            "d",
            "-o=jsonpath={..resources.requests.cpu} {..resources.requests.memory}"
                + " {..resources.limits.cpu}"));
    kubectl.ok("rollout", "status", "deployment/d", "--timeout=60s");
    kubectl.ok("set", "serviceaccount", "deployment", "d", "default");
    assertEquals(
        "default", kubectl.ok("get", "deployment", "d", "-o=jsonpath={..serviceAccountName}"));
  }

  @AtOnce
  @ResourceLock("nodes")
  void aTaintKeepsPodsAwayAndTheEventsSayWhy() {
    kubectl.ok("taint", "node", "here", "purpose=test:NoSchedule");
    try {
      assertTrue(
          kubectl.refused("taint", "node", "here", "purpose=other:NoSchedule").contains("already"));
      assertTrue(kubectl.ok("describe", "node", "here").contains("purpose=test:NoSchedule"));
      String pod = Manifest.text("clients/on-node.yaml").replace("NODE", "here");
      kubectl.runWithInput(pod, "apply", "-f", "-").ok();
      Awaitility.await()
          .atMost(60, TimeUnit.SECONDS)
          .until(
              () ->
                  kubectl
                      .ok("describe", "pod", "on-here")
                      .contains("1 node(s) had untolerated taint {purpose: test}"));
    } finally {
      kubectl.ok("taint", "node", "here", "purpose-");
    }
    kubectl.ok("wait", "--for=condition=Ready", "pod/on-here", "--timeout=60s");
  }

  @AtOnce
  void whatIsNotServedIsRefusedInWords() {
    assertTrue(kubectl.refused("top", "node").contains("Metrics API not available"));
    assertTrue(kubectl.refused("top", "pod").contains("Metrics API not available"));
    kubectl.ok("create", "deployment", "d", IMAGE, "--", "sleep", "1000");
    assertTrue(
        kubectl
            .refused("autoscale", "deployment", "d", "--max=3")
            .contains("the server could not find the requested resource"));
    assertTrue(
        kubectl.refused("get", "statefulsets").contains("the server doesn't have a resource type"));
    kubectl.ok("rollout", "status", "deployment/d", "--timeout=60s");
    String forward = kubectl.refused("port-forward", "deployment/d", "0:8080");
    assertTrue(forward.contains("port-forward is not served yet"), forward);
    kubectl.ok("run", "r", IMAGE, "--restart=Never", "--", "sleep", "1000");
    kubectl.ok("wait", "--for=condition=Ready", "pod/r", "--timeout=60s");
    String debug =
        recent()
            ? kubectl.refused("debug", "r", IMAGE, "--profile=general")
            : kubectl.refused("alpha", "debug", "r", IMAGE);
    assertTrue(debug.contains("ephemeral containers are disabled for this cluster"), debug);
  }
}
