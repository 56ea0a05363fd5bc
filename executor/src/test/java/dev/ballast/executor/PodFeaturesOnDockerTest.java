package dev.ballast.executor;

import static dev.ballast.executor.DockerCluster.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.node.StreamRequest;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a pod's spec can ask for, seen from inside its containers. */
@Tag("docker")
class PodFeaturesOnDockerTest {

  @TempDir Path data;
  private DockerCluster cluster;

  @BeforeEach
  void start() throws Exception {
    cluster = new DockerCluster(data);
    ObjectNode map = Json.object().put("apiVersion", "v1").put("kind", "ConfigMap");
    map.putObject("metadata").put("name", "settings");
    map.putObject("data").put("colour", "blue").put("file.txt", "from the map\n");
    cluster.put(ResourceType.CONFIG_MAPS, map);
    ObjectNode secret = Json.object().put("apiVersion", "v1").put("kind", "Secret");
    secret.putObject("metadata").put("name", "hidden");
    secret.putObject("data").put("password", base64("s3cret"));
    cluster.put(ResourceType.SECRETS, secret);
    ObjectNode service = Json.object().put("apiVersion", "v1").put("kind", "Service");
    service.putObject("metadata").put("name", "my-db");
    ObjectNode spec = service.putObject("spec").put("clusterIP", "10.96.7.7");
    spec.putArray("ports").addObject().put("port", 5432).put("name", "sql");
    cluster.put(ResourceType.SERVICES, service);
  }

  private void account(String name) {
    ObjectNode account = Json.object().put("apiVersion", "v1").put("kind", "ServiceAccount");
    account.putObject("metadata").put("name", name);
    cluster.put(ResourceType.SERVICE_ACCOUNTS, account);
  }

  @AfterEach
  void stop() {
    cluster.close();
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Runs a script to its end and returns what it wrote. */
  private String run(String name, String script, String containerFields, String podFields)
      throws Exception {
    ObjectNode container = Json.object().put("name", "app").put("image", DockerCluster.IMAGE);
    container.putArray("command").add("sh").add("-c").add(script);
    container.setAll((ObjectNode) Json.MAPPER.readTree("{" + containerFields + "}"));
    ObjectNode spec = Json.object().put("restartPolicy", "Never");
    spec.putArray("containers").add(container);
    spec.setAll((ObjectNode) Json.MAPPER.readTree("{" + podFields + "}"));
    ObjectKey pod = cluster.create(name, spec.toString());
    await(() -> cluster.phase(pod).equals("Succeeded") || cluster.phase(pod).equals("Failed"));
    return cluster.logs(pod, "app");
  }

  @Test
  void variablesComeFromEverywhere() throws Exception {
    String output =
        run(
            "vars",
            "echo $PLAIN $EXPANDED $COLOUR $PASSWORD $NAME $IP $LIMIT $PRE_colour $MY_DB_SERVICE_HOST"
                + " $MY_DB_SERVICE_PORT_SQL; echo $KUBERNETES_SERVICE_HOST; hostname -i",
            """
            "env":[{"name":"PLAIN","value":"p"},{"name":"EXPANDED","value":"<$(PLAIN)>"},
             {"name":"COLOUR","valueFrom":{"configMapKeyRef":{"name":"settings","key":"colour"}}},
             {"name":"PASSWORD","valueFrom":{"secretKeyRef":{"name":"hidden","key":"password"}}},
             {"name":"NAME","valueFrom":{"fieldRef":{"fieldPath":"metadata.name"}}},
             {"name":"IP","valueFrom":{"fieldRef":{"fieldPath":"status.podIP"}}},
             {"name":"LIMIT","valueFrom":{"resourceFieldRef":{"resource":"limits.memory","divisor":"1Mi"}}},
             {"name":"GONE","valueFrom":{"configMapKeyRef":{"name":"none","key":"k","optional":true}}}],
             "envFrom":[{"prefix":"PRE_","configMapRef":{"name":"settings"}}],
             "resources":{"limits":{"memory":"64Mi"}}
            """,
            "");
    String[] lines = output.split("\n");
    String ip = lines[2].strip();
    assertEquals("p <p> blue s3cret vars " + ip + " 64 blue 10.96.7.7 5432", lines[0]);
    assertTrue(lines[1].startsWith("172."), "the API is reached through the relay: " + lines[1]);
  }

  @Test
  void volumesHoldWhatTheyShould() throws Exception {
    account("robot");
    String output =
        run(
            "vols",
            "cat /map/file.txt; cat /secret/pw; echo; cat /all/token; echo; cat /all/labels/name;"
                + " echo; cat /one/only.txt; touch /scratch/x && touch /mem/y && ls /scratch /mem;"
                + " df -t tmpfs /mem | tail -1 | awk '{print $1}'; cat /sub/inner",
            """
            "volumeMounts":[{"name":"map","mountPath":"/map"},{"name":"secret","mountPath":"/secret"},
             {"name":"all","mountPath":"/all"},{"name":"scratch","mountPath":"/scratch"},
             {"name":"mem","mountPath":"/mem"},{"name":"map","mountPath":"/one/only.txt","subPath":"file.txt"},
             {"name":"host","mountPath":"/sub","subPath":"deep"}]
            """,
            """
            "serviceAccountName":"robot",
            "initContainers":[{"name":"i","image":"%s","command":["sh","-c","echo in >/h/deep/inner"],
              "volumeMounts":[{"name":"host","mountPath":"/h"},{"name":"host","mountPath":"/d","subPath":"deep"}]}],
            "volumes":[{"name":"map","configMap":{"name":"settings"}},
             {"name":"secret","secret":{"secretName":"hidden","items":[{"key":"password","path":"pw"}]}},
             {"name":"all","projected":{"sources":[{"serviceAccountToken":{"path":"token"}},
               {"downwardAPI":{"items":[{"path":"labels/name","fieldRef":{"fieldPath":"metadata.name"}}]}}]}},
             {"name":"scratch","emptyDir":{}},{"name":"mem","emptyDir":{"medium":"Memory"}},
             {"name":"host","hostPath":{"path":"%s","type":"DirectoryOrCreate"}}]
            """
                .formatted(DockerCluster.IMAGE, data.resolve("shared")));
    assertEquals(
        """
        from the map
        s3cret
        token-of-robot
        vols
        from the map
        /mem:
        y

        /scratch:
        x
        tmpfs
        in
        """,
        output);
  }

  @Test
  void hostNameHostsAndSecurityAreSet() throws Exception {
    String output =
        run(
            "sec",
            "hostname; grep -c alias.example /etc/hosts; id -u; id -g; touch /x 2>/dev/null || echo readonly;"
                + " cat /proc/self/oom_score_adj; grep NoNewPrivs /proc/self/status | tr -d '\\t'",
            """
            "securityContext":{"runAsUser":1234,"readOnlyRootFilesystem":true,"allowPrivilegeEscalation":false}
            """,
            """
            "hostname":"myhost","securityContext":{"runAsGroup":77},
            "hostAliases":[{"ip":"10.1.2.3","hostnames":["alias.example"]}]
            """);
    assertEquals("myhost\n1\n1234\n77\nreadonly\n1000\nNoNewPrivs:1\n", output);
  }

  @Test
  void aRootImageIsRefusedWhereRootIsForbidden() throws Exception {
    ObjectKey pod =
        cluster.create(
            "root",
            """
            {"containers":[{"name":"app","image":"%s","securityContext":{"runAsNonRoot":true}}]}
            """
                .formatted(DockerCluster.IMAGE));
    await(
        () ->
            cluster
                .container(pod, 0)
                .at("/state/waiting/reason")
                .asText()
                .equals("CreateContainerConfigError"));
    assertTrue(cluster.containers(pod).isEmpty());
  }

  @Test
  void aMissingConfigMapIsWaitedFor() throws Exception {
    ObjectKey pod =
        cluster.create(
            "later",
            """
            {"containers":[{"name":"app","image":"%s","command":["sleep","600"],
             "envFrom":[{"configMapRef":{"name":"later"}}]}],"terminationGracePeriodSeconds":0}
            """
                .formatted(DockerCluster.IMAGE));
    await(
        () ->
            cluster
                .container(pod, 0)
                .at("/state/waiting/message")
                .asText()
                .contains("configmap \"later\" not found"));
    ObjectNode map = Json.object().put("apiVersion", "v1").put("kind", "ConfigMap");
    map.putObject("metadata").put("name", "later");
    map.putObject("data").put("a", "b");
    cluster.put(ResourceType.CONFIG_MAPS, map);
    await(() -> cluster.phase(pod).equals("Running"));
  }

  @Test
  void hooksRunAndLivenessRestarts() throws Exception {
    ObjectKey pod =
        cluster.create(
            "hooks",
            """
            {"terminationGracePeriodSeconds":4,"containers":[{"name":"app","image":"%s",
             "command":["sh","-c","trap 'exit 0' TERM; touch /alive; while true; do sleep 0.1; done"],
             "lifecycle":{"postStart":{"exec":{"command":["sh","-c","echo post >/shared/post"]}},
                          "preStop":{"exec":{"command":["sh","-c","echo pre >/shared/pre"]}}},
             "startupProbe":{"exec":{"command":["test","-f","/alive"]},"periodSeconds":1},
             "livenessProbe":{"exec":{"command":["test","-f","/alive"]},"periodSeconds":1,"failureThreshold":1},
             "volumeMounts":[{"name":"s","mountPath":"/shared"}]}],
             "volumes":[{"name":"s","hostPath":{"path":"%s"}}]}
            """
                .formatted(DockerCluster.IMAGE, data.resolve("hooks")));
    await(() -> cluster.isReady(pod));
    assertTrue(data.resolve("hooks/post").toFile().exists());
    assertFalse(data.resolve("hooks/pre").toFile().exists());
    cluster.runtime.exec(
        cluster.containers(pod).getFirst().id(), List.of("rm", "/alive"), Duration.ofSeconds(5));
    await(() -> cluster.container(pod, 0).path("restartCount").asInt() == 1);
    assertTrue(data.resolve("hooks/pre").toFile().exists());
  }

  @Test
  void logsOfTheInstanceBeforeAndItsLastWordsAreKept() throws Exception {
    ObjectKey pod =
        cluster.create(
            "prev",
            """
            {"containers":[{"name":"app","image":"%s","command":["sh","-c","echo run one; exit 1"],
             "terminationMessagePolicy":"FallbackToLogsOnError"}]}
            """
                .formatted(DockerCluster.IMAGE));
    await(() -> cluster.container(pod, 0).path("restartCount").asInt() == 1);
    await(() -> cluster.container(pod, 0).at("/lastState/terminated").isObject());
    assertEquals(
        "run one\n", cluster.container(pod, 0).at("/lastState/terminated/message").asText());
    Pipe pipe =
        cluster.serve(
            new StreamRequest.Logs("default", "prev", "", "app", false, true, false, -1, 0, "", 0));
    assertTrue(pipe.awaitClose(10));
    assertEquals("run one\n", pipe.text((byte) 1));
  }

  @Test
  void aProgramThatIsNotThereIsAStartError() throws Exception {
    ObjectKey pod =
        cluster.create(
            "nope",
            """
            {"restartPolicy":"Never","containers":[{"name":"app","image":"%s","command":["/no/such"]}]}
            """
                .formatted(DockerCluster.IMAGE));
    await(() -> cluster.phase(pod).equals("Failed"));
    assertEquals("StartError", cluster.container(pod, 0).at("/state/terminated/reason").asText());
  }

  @Test
  void hostPortsAndSharedProcessesWork() throws Exception {
    ObjectKey pod =
        cluster.create(
            "ports",
            """
            {"shareProcessNamespace":true,"terminationGracePeriodSeconds":0,"containers":[
             {"name":"web","image":"%1$s","command":["sh","-c","echo ok >/tmp/index.html; exec httpd -f -p 80 -h /tmp"],
              "ports":[{"containerPort":80,"hostPort":28473}]},
             {"name":"peek","image":"%1$s","command":["sleep","600"]}]}
            """
                .formatted(DockerCluster.IMAGE));
    await(() -> cluster.phase(pod).equals("Running") && cluster.containers(pod).size() == 2);
    await(
        () -> {
          try (var socket = new Socket("127.0.0.1", 28473)) {
            return socket.isConnected();
          }
        });
    Pipe exec =
        cluster.serve(
            new StreamRequest.Exec(
                "default", "ports", "", "peek", List.of("ps"), false, true, true, false));
    assertTrue(exec.awaitClose(10));
    assertTrue(exec.text((byte) 1).contains("httpd"), exec.text((byte) 1));
    assertTrue(exec.text((byte) 1).contains("/pause"), exec.text((byte) 1));
  }
}
