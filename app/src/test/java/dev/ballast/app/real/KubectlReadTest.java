package dev.ballast.app.real;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** What people look at with kubectl: get in all its forms, watches, explain, discovery. */
@Tag("clients")
@ExtendWith(SharedServer.Simulated.class)
@ParameterizedClass(name = "kubectl {0}")
@ValueSource(strings = {"1.20", "1.33"})
class KubectlReadTest {

  private final String version;
  private final SharedServer.Running running;
  private Kubectl kubectl;

  KubectlReadTest(String version, SharedServer.Running running) {
    this.version = version;
    this.running = running;
  }

  @BeforeEach
  void startAfresh(TestInfo test) {
    String namespace = running.namespace(test.getTestMethod().orElseThrow().getName());
    kubectl = running.kubectl(version, namespace);
  }

  private void configMaps(String... names) {
    for (String name : names) {
      kubectl.ok("create", "configmap", name, "--from-literal=name=" + name);
    }
  }

  @Test
  void getInEveryForm() {
    kubectl.runWithInput(Manifest.text("clients/web.yaml"), "apply", "-f", "-").ok();
    kubectl.ok("rollout", "status", "deployment/web", "--timeout=60s");
    assertEquals("deployment.apps/web\n", kubectl.ok("get", "deployments", "-o", "name"));
    assertEquals(
        "httpd 2",
        kubectl.ok(
            "get",
            "deployment",
            "web",
            "-o=jsonpath={.spec.template.spec.containers[*].name} {.status.readyReplicas}"));
    assertEquals(
        "NAME   IMAGE\nweb    ballast.local/busybox:1\n",
        kubectl.ok(
            "get",
            "deployments",
            "-o=custom-columns=NAME:.metadata.name,IMAGE:.spec.template.spec.containers[0].image"));
    String json = kubectl.ok("get", "deployment", "web", "-o", "json");
    assertTrue(
        json.startsWith("{\n    \"apiVersion\": \"apps/v1\",\n    \"kind\": \"Deployment\""));
    String yaml = kubectl.ok("get", "deployments", "-o", "yaml");
    assertTrue(yaml.startsWith("apiVersion: v1\nitems:\n- apiVersion: apps/v1\n"), yaml);
    assertTrue(kubectl.ok("get", "pods", "-o", "wide").contains("NOMINATED NODE"));
    assertEquals(
        List.of("NAME", "READY", "UP-TO-DATE", "AVAILABLE", "AGE", "LABELS"),
        words(kubectl.ok("get", "deployments", "--show-labels"), 0));
    assertEquals("web", words(kubectl.ok("get", "pods", "-L", "app"), 1).get(5));
    assertEquals("2", words(kubectl.ok("get", "deployments", "--no-headers"), 0).get(2));
    String all = kubectl.ok("get", "all");
    for (String part :
        List.of("pod/web-", "service/web", "deployment.apps/web", "replicaset.apps/web-")) {
      assertTrue(all.contains(part), all);
    }
    String missing = kubectl.refused("get", "pods", "nonesuch");
    assertEquals("Error from server (NotFound): pods \"nonesuch\" not found\n", missing);
  }

  private static List<String> words(String output, int line) {
    return List.of(output.lines().toList().get(line).split(" +"));
  }

  @Test
  void selectSortAndPage() {
    configMaps("b", "a", "c");
    kubectl.ok("label", "configmap", "a", "c", "kind=odd");
    assertEquals(
        "configmap/a\nconfigmap/c\n",
        kubectl.ok("get", "configmaps", "-l", "kind=odd", "-o", "name"));
    assertEquals(
        "configmap/b\n",
        kubectl.ok(
            "get",
            "configmaps",
            "-l",
            "kind notin (odd)",
            "-o",
            "name",
            "--field-selector=metadata.name!=kube-root-ca.crt"));
    assertEquals(
        "configmap/b\n",
        kubectl.ok("get", "configmaps", "--field-selector=metadata.name=b", "-o", "name"));
    List<String> sorted =
        kubectl
            .ok("get", "configmaps", "--sort-by=.metadata.creationTimestamp", "--no-headers")
            .lines()
            .map(line -> line.split(" ")[0])
            .filter(name -> name.length() == 1)
            .toList();
    assertEquals(3, sorted.size());
    assertEquals(
        List.of("a", "b", "c"),
        kubectl
            .ok("get", "configmaps", "--sort-by={.metadata.name}", "--no-headers")
            .lines()
            .map(line -> line.split(" ")[0])
            .filter(name -> name.length() == 1)
            .toList());
    assertEquals(
        kubectl.ok("get", "configmaps", "-o", "name"),
        kubectl.ok("get", "configmaps", "--chunk-size=1", "-o", "name"));
    String wrong = kubectl.refused("get", "pods", "--field-selector=spec.nonesuch=x");
    assertTrue(wrong.contains("field label not supported: spec.nonesuch"), wrong);
  }

  @Test
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void aWatchShowsWhatHappens() throws Exception {
    configMaps("before");
    Process watch =
        kubectl.start(
            "get",
            "configmaps",
            "--watch",
            "--output-watch-events",
            "--no-headers",
            "--field-selector=metadata.name!=kube-root-ca.crt");
    try (BufferedReader lines = watch.inputReader()) {
      List<String> seen = new ArrayList<>();
      seen.add(next(lines));
      configMaps("during");
      seen.add(next(lines));
      kubectl.ok("patch", "configmap", "during", "-p={\"data\":{\"more\":\"x\"}}");
      seen.add(next(lines));
      kubectl.ok("delete", "configmap", "before");
      seen.add(next(lines));
      assertEquals(
          List.of("ADDED before 1", "ADDED during 1", "MODIFIED during 2", "DELETED before 1"),
          seen);
    } finally {
      watch.destroy();
      assertTrue(watch.waitFor(10, TimeUnit.SECONDS));
    }
  }

  private static String next(BufferedReader lines) throws java.io.IOException {
    String[] words = lines.readLine().split(" +");
    return words[0] + " " + words[1] + " " + words[2];
  }

  @Test
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void aWatchOfOneObjectFollowsARollout() throws Exception {
    kubectl.runWithInput(Manifest.text("clients/web.yaml"), "apply", "-f", "-").ok();
    Process watch = kubectl.start("get", "deployment", "web", "--watch", "--no-headers");
    try (BufferedReader lines = watch.inputReader()) {
      String ready = "";
      while (!ready.equals("2/2")) {
        ready = lines.readLine().split(" +")[1];
      }
      kubectl.ok("scale", "deployment", "web", "--replicas=1");
      while (!ready.equals("1/1")) {
        ready = lines.readLine().split(" +")[1];
      }
    } finally {
      watch.destroy();
      assertTrue(watch.waitFor(10, TimeUnit.SECONDS));
    }
  }

  @Test
  void explainAndDiscovery() {
    String strategy = kubectl.ok("explain", "deployment.spec.strategy");
    assertTrue(
        strategy.contains("rollingUpdate") && strategy.contains("<RollingUpdateDeployment>")
            || strategy.contains("rollingUpdate\t<Object>"),
        strategy);
    String all = kubectl.ok("explain", "pod", "--recursive");
    for (String field : List.of("initContainers", "terminationGracePeriodSeconds", "fieldPath")) {
      assertTrue(all.contains(field), field);
    }
    assertTrue(
        kubectl
            .refused("explain", "pod.spec.nonesuch")
            .contains("field \"nonesuch\" does not exist"));
    String resources = kubectl.ok("api-resources", "--no-headers", "-o", "name");
    for (String kind :
        List.of(
            "namespaces",
            "nodes",
            "pods",
            "services",
            "endpoints",
            "configmaps",
            "secrets",
            "serviceaccounts",
            "events",
            "deployments.apps",
            "replicasets.apps",
            "jobs.batch",
            "poddisruptionbudgets.policy",
            "endpointslices.discovery.k8s.io",
            "leases.coordination.k8s.io",
            "priorityclasses.scheduling.k8s.io")) {
      assertTrue(resources.lines().anyMatch(kind::equals), kind);
    }
    assertEquals(
        List.of("apps/v1", "batch/v1", "v1"),
        kubectl
            .ok("api-versions")
            .lines()
            .filter(line -> List.of("apps/v1", "batch/v1", "v1").contains(line))
            .toList());
    assertTrue(kubectl.ok("version").contains("v1.33."));
    assertEquals("ok", kubectl.ok("get", "--raw", "/readyz"));
    assertTrue(kubectl.ok("cluster-info").contains(running.server().url()));
  }
}
