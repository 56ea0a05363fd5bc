package dev.ballast.app.real;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** What people write with kubectl: apply, diff, edit, patch, label, delete. */
@Tag("clients")
@ExtendWith(SharedServer.Simulated.class)
@ParameterizedClass(name = "kubectl {0}")
@ValueSource(strings = {"1.20", "1.33"})
class KubectlApplyTest {

  private static final String WEB = Manifest.text("clients/web.yaml");

  private final String version;
  private final SharedServer.Running running;
  private String namespace;
  private Kubectl kubectl;

  KubectlApplyTest(String version, SharedServer.Running running) {
    this.version = version;
    this.running = running;
  }

  @BeforeEach
  void startAfresh(TestInfo test) {
    namespace = running.namespace(test.getTestMethod().orElseThrow().getName());
    kubectl = running.kubectl(version, namespace);
  }

  private String apply(String manifest, String... options) {
    return kubectl.runWithInput(manifest, Manifest.words("apply", "-f", "-", options)).ok();
  }

  private Deployment web() {
    return running.client().apps().deployments().inNamespace(namespace).withName("web").get();
  }

  @AtOnce
  void applyMergesWhatChangedAndNothingElse() {
    assertEquals("deployment.apps/web created\nservice/web created\n", apply(WEB));
    assertEquals("deployment.apps/web unchanged\nservice/web unchanged\n", apply(WEB));
    String address =
        running
            .client()
            .services()
            .inNamespace(namespace)
            .withName("web")
            .get()
            .getSpec()
            .getClusterIP();
    kubectl.ok("scale", "deployment/web", "--replicas=3");
    kubectl.ok("set", "env", "deployment/web", "ADDED=by another");
    String changed =
        WEB.replace("  replicas: 2\n", "")
            .replace("name: GREETING, value: hello", "name: GREETING, value: goodbye")
            .replace("port: 80,", "port: 81,");
    assertEquals("deployment.apps/web configured\nservice/web configured\n", apply(changed));

    Container container = web().getSpec().getTemplate().getSpec().getContainers().getFirst();
    assertEquals(
        List.of("ADDED=by another", "GREETING=goodbye"),
        container.getEnv().stream().map(e -> e.getName() + "=" + e.getValue()).sorted().toList(),
        "a list with a merge key keeps what others added");
    assertEquals(1, web().getSpec().getReplicas(), "what was applied and is gone is defaulted");
    var service = running.client().services().inNamespace(namespace).withName("web").get();
    assertEquals(address, service.getSpec().getClusterIP());
    assertEquals(List.of(81), service.getSpec().getPorts().stream().map(p -> p.getPort()).toList());
  }

  @AtOnce
  void aContainerThatIsRenamedReplacesTheOldOne() {
    apply(WEB);
    apply(WEB.replace("name: httpd", "name: server"));
    assertEquals(
        List.of("server"),
        web().getSpec().getTemplate().getSpec().getContainers().stream()
            .map(Container::getName)
            .toList());
  }

  @AtOnce
  void diffAndDryRunChangeNothing() {
    apply(WEB);
    String changed = WEB.replace("replicas: 2", "replicas: 5");
    Kubectl.Result diff = kubectl.runWithInput(changed, "diff", "-f", "-");
    assertEquals(1, diff.exitCode(), diff.errors());
    assertTrue(diff.output().contains("-  replicas: 2\n+  replicas: 5\n"), diff.output());
    assertEquals(
        "deployment.apps/web configured (server dry run)\nservice/web unchanged (server dry run)\n",
        apply(changed, "--dry-run=server"));
    assertEquals(2, web().getSpec().getReplicas());
    assertEquals(0, kubectl.runWithInput(WEB, "diff", "-f", "-").exitCode());
  }

  @AtOnce
  void mistakesAreNamedAndNothingIsStored() {
    Kubectl.Result typo =
        kubectl.runWithInput(WEB.replace("replicas:", "replicaz:"), "apply", "-f", "-");
    assertEquals(1, typo.exitCode());
    assertTrue(typo.errors().contains("unknown field"), typo.errors());
    assertTrue(typo.errors().contains("replicaz"), typo.errors());
    Kubectl.Result wrongType =
        kubectl.runWithInput(WEB.replace("replicas: 2", "replicas: two"), "apply", "-f", "-");
    assertEquals(1, wrongType.exitCode());
    assertTrue(wrongType.errors().contains("replicas"), wrongType.errors());
    Kubectl.Result invalid =
        kubectl.runWithInput(
            WEB.replace("labels: {app: web}\n    spec", "labels: {app: other}\n    spec"),
            "apply",
            "-f",
            "-");
    assertTrue(
        invalid.errors().contains("`selector` does not match template `labels`"), invalid.errors());
    assertEquals(null, web());
    String unknown =
        kubectl
            .runWithInput(
                "apiVersion: v1\nkind: Nonesuch\nmetadata: {name: x}\n",
                "apply",
                "--validate=false",
                "-f",
                "-")
            .errors();
    assertTrue(unknown.contains("no matches for kind \"Nonesuch\" in version \"v1\""), unknown);
  }

  @AtOnce
  void createAndReplaceSayWhatIsThereAndWhatIsNot() {
    Kubectl.Result absent = kubectl.runWithInput(WEB, "replace", "-f", "-");
    assertTrue(absent.errors().contains("deployments.apps \"web\" not found"), absent.errors());
    kubectl.ok("delete", "service", "web"); // which a PUT makes, as with kube-apiserver
    kubectl.runWithInput(WEB, "create", "-f", "-").ok();
    Kubectl.Result there = kubectl.runWithInput(WEB, "create", "-f", "-");
    assertTrue(there.errors().contains("deployments.apps \"web\" already exists"), there.errors());
    kubectl.runWithInput(WEB.replace("replicas: 2", "replicas: 4"), "replace", "-f", "-").ok();
    assertEquals(4, web().getSpec().getReplicas());
  }

  @AtOnce
  void editPatchLabelAndAnnotate() {
    apply(WEB);
    assertEquals(
        "deployment.apps/web edited\n",
        kubectl.editingWith("sed -i 's/replicas: 2/replicas: 3/'").ok("edit", "deployment", "web"));
    assertEquals(3, web().getSpec().getReplicas());
    kubectl.ok(
        "patch",
        "deployment",
        "web",
        "--type=json",
        "-p=[{\"op\":\"test\",\"path\":\"/spec/replicas\",\"value\":3},"
            + "{\"op\":\"replace\",\"path\":\"/spec/replicas\",\"value\":4}]");
    assertEquals(4, web().getSpec().getReplicas());
    kubectl.ok("patch", "deployment", "web", "--type=merge", "-p={\"spec\":{\"replicas\":1}}");
    assertEquals(1, web().getSpec().getReplicas());
    kubectl.ok(
        "patch",
        "deployment",
        "web",
        "-p={\"spec\":{\"template\":{\"spec\":{\"containers\":"
            + "[{\"name\":\"side\",\"image\":\"ballast.local/busybox:1\"}]}}}}");
    assertEquals(2, web().getSpec().getTemplate().getSpec().getContainers().size());
    assertEquals(
        "service/web patched (no change)\n",
        kubectl.ok("patch", "service", "web", "-p={\"spec\":{\"selector\":{\"app\":\"web\"}}}"));

    kubectl.ok("label", "deployment", "web", "tier=front");
    assertTrue(kubectl.refused("label", "deployment", "web", "tier=back").contains("overwrite"));
    kubectl.ok("label", "deployment", "web", "tier=back", "--overwrite");
    assertEquals(Map.of("app", "web", "tier", "back"), web().getMetadata().getLabels());
    kubectl.ok("label", "deployment", "web", "tier-");
    kubectl.ok("annotate", "deployment", "web", "note=a b");
    assertEquals(Map.of("app", "web"), web().getMetadata().getLabels());
    assertEquals("a b", web().getMetadata().getAnnotations().get("note"));
    String illegal = kubectl.refused("label", "deployment", "web", "-l", "-=x");
    assertFalse(illegal.isBlank());
  }

  @AtOnce
  void deleteTakesDependantsAlongAsAsked() {
    apply(WEB);
    kubectl.ok("rollout", "status", "deployment/web", "--timeout=60s");
    kubectl.ok("delete", "deployment", "web", "--cascade=orphan");
    String sets = kubectl.ok("get", "replicasets", "-o", "name");
    assertTrue(sets.startsWith("replicaset.apps/web-"), sets);
    assertEquals(2, kubectl.ok("get", "pods", "-o", "name").lines().count());
    apply(WEB);
    kubectl.ok("rollout", "status", "deployment/web", "--timeout=60s");
    assertEquals(sets, kubectl.ok("get", "replicasets", "-o", "name"), "it is adopted");
    kubectl.ok("delete", "deployment", "web", "--cascade=foreground", "--timeout=60s");
    assertEquals("", kubectl.ok("get", "replicasets,pods", "-o", "name"));
    apply(WEB);
    kubectl.ok("rollout", "status", "deployment/web", "--timeout=60s");
    kubectl.ok("delete", "deployment", "web", "--cascade=background");
    kubectl.run("wait", "--for=delete", "pods", "--selector=app=web", "--timeout=60s");
    assertEquals("", kubectl.ok("get", "replicasets,pods", "-o", "name"));
    kubectl.ok("create", "configmap", "one");
    kubectl.ok("create", "configmap", "two");
    String deleted = kubectl.ok("delete", "configmaps", "--all");
    assertTrue(deleted.contains("\"one\" deleted") && deleted.contains("\"two\" deleted"), deleted);
    assertTrue(kubectl.refused("delete", "configmap", "one").contains("not found"));
    kubectl.ok("delete", "configmap", "one", "--ignore-not-found");
  }

  @AtOnce
  void pruneTakesAwayWhatIsNoLongerApplied() {
    // both allow lists name kinds that are not served yet, so the kind is named here
    String kinds =
        (version.equals("1.20") ? "--prune-whitelist" : "--prune-allowlist") + "=core/v1/ConfigMap";
    String[] prune = {"--prune", "-l", "set=pruned", kinds};
    assertEquals(
        "configmap/one created\nconfigmap/two created\n",
        apply(configMap("one") + configMap("two"), prune));
    kubectl.ok("create", "configmap", "other");
    kubectl.ok("label", "configmap", "other", "set=pruned");
    assertEquals("configmap/two unchanged\nconfigmap/one pruned\n", apply(configMap("two"), prune));
    assertEquals(
        "configmap/other\nconfigmap/two\n",
        kubectl.ok("get", "configmaps", "-l", "set=pruned", "-o", "name"),
        "what was not applied is not pruned");
  }

  private static String configMap(String name) {
    return "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: NAME, labels: {set: pruned}}\n---\n"
        .replace("NAME", name);
  }

  @AtOnce
  void kustomizationsAreAppliedComparedAndDeleted(@TempDir Path directory) throws IOException {
    for (String file : List.of("kustomization.yaml", "deployment.yaml")) {
      Files.writeString(directory.resolve(file), Manifest.text("clients/kustomize/" + file));
    }
    String folder = directory.toString();
    kubectl.ok("apply", "-k", folder);
    String container = "-o=jsonpath={.spec.template.spec.containers[0]";
    assertEquals(
        "ballast.local/busybox:1",
        kubectl.ok("get", "deployment", "mine-app", container + ".image}"));
    String settings =
        kubectl.ok("get", "deployment", "mine-app", container + ".envFrom[0].configMapRef.name}");
    assertTrue(settings.matches("mine-settings-[0-9a-z]+"), settings);
    assertEquals("b", kubectl.ok("get", "configmap", settings, "-o=jsonpath={.data.a}"));
    assertEquals(0, kubectl.run("diff", "-k", folder).exitCode());
    kubectl.ok("delete", "-k", folder, "--timeout=60s");
    kubectl.refused("get", "deployment", "mine-app");
  }
}
