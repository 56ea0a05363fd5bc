package dev.ballast.bench.scale;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.kinds.Kind;
import dev.ballast.kinds.builtin.BuiltinKinds;
import dev.ballast.kinds.schema.Defaulting;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.UUID;
import java.util.function.BiConsumer;

/**
 * Nodes, namespaces, ReplicaSets and their pods, with the variety of a real cluster: every set has
 * images, environment, probes, resources and labels of its own, every pod what the system adds. The
 * same seed makes the same cluster.
 *
 * @param replicas pods of a set
 */
record Population(int nodes, int pods, int namespaces, int replicas, long seed) {

  private static final List<String> TEAMS =
      List.of("payments", "search", "ads", "video", "maps", "identity", "mail", "data");
  private static final List<String> TIERS = List.of("frontend", "backend", "cache", "worker");
  private static final Kind POD = new BuiltinKinds().stored(ResourceType.PODS).orElseThrow();
  private static final Instant BEGAN = Instant.parse("2026-01-05T06:00:00Z");

  /** A template and what its pods share. */
  private record SetOf(
      int number, String namespace, String name, String uid, ObjectNode template) {}

  static String node(int number) {
    return "ip-10-%d-%d-%d.internal".formatted(number >> 16 & 255, number >> 8 & 255, number & 255);
  }

  static String namespace(int number) {
    return "team-%04d".formatted(number);
  }

  static String app(int set) {
    return "service-%05d".formatted(set);
  }

  int sets() {
    return (pods + replicas - 1) / replicas;
  }

  String namespaceOfSet(int set) {
    return namespace(set % namespaces);
  }

  void fill(BiConsumer<ResourceType, ObjectNode> add) {
    Random random = new Random(seed);
    for (int i = 0; i < namespaces; i++) {
      add.accept(ResourceType.NAMESPACES, namespaceObject(i, random));
    }
    for (int i = 0; i < nodes; i++) {
      add.accept(ResourceType.NODES, nodeObject(i, random));
    }
    int made = 0;
    for (int set = 0; set < sets(); set++) {
      SetOf of = set(set, random);
      int size = Math.min(replicas, pods - made);
      add.accept(ResourceType.REPLICA_SETS, setObject(of, size));
      for (int i = 0; i < size; i++) {
        add.accept(ResourceType.PODS, pod(of, made % nodes, made++, random));
      }
    }
  }

  private static String uid(Random random) {
    return new UUID(random.nextLong(), random.nextLong()).toString();
  }

  private static String hex(Random random, int digits) {
    StringBuilder text = new StringBuilder();
    while (text.length() < digits) {
      text.append("%016x".formatted(random.nextLong()));
    }
    return text.substring(0, digits);
  }

  private static ObjectNode object(String version, String kind, String name, Random random) {
    ObjectNode object = Json.object().put("apiVersion", version).put("kind", kind);
    object
        .putObject("metadata")
        .put("name", name)
        .put("uid", uid(random))
        .put("creationTimestamp", BEGAN.toString());
    return object;
  }

  private static ObjectNode metadata(ObjectNode object) {
    return (ObjectNode) object.get("metadata");
  }

  private static ObjectNode namespaceObject(int number, Random random) {
    ObjectNode object = object("v1", "Namespace", namespace(number), random);
    metadata(object).putObject("labels").put("kubernetes.io/metadata.name", namespace(number));
    object.putObject("spec").putArray("finalizers").add("kubernetes");
    object.putObject("status").put("phase", "Active");
    return object;
  }

  private static ObjectNode nodeObject(int number, Random random) {
    String name = node(number);
    ObjectNode object = object("v1", "Node", name, random);
    metadata(object)
        .putObject("labels")
        .put("kubernetes.io/hostname", name)
        .put("kubernetes.io/os", "linux")
        .put("kubernetes.io/arch", "amd64")
        .put("node.kubernetes.io/instance-type", "m6.16xlarge")
        .put("topology.kubernetes.io/zone", "zone-" + number % 3)
        .put("topology.kubernetes.io/region", "region-1");
    object.putObject("spec").put("providerID", "machine:///" + hex(random, 16));
    ObjectNode status = object.putObject("status");
    for (String kind : List.of("capacity", "allocatable")) {
      status
          .putObject(kind)
          .put("cpu", "64")
          .put("memory", "256Gi")
          .put("ephemeral-storage", "500Gi")
          .put("pods", "250");
    }
    ArrayNode conditions = status.putArray("conditions");
    for (String type : List.of("MemoryPressure", "DiskPressure", "PIDPressure", "Ready")) {
      boolean ready = type.equals("Ready");
      condition(conditions, type, ready, BEGAN)
          .put("reason", ready ? "KubeletReady" : "KubeletHas" + type)
          .put("lastHeartbeatTime", BEGAN.toString());
    }
    status
        .putArray("addresses")
        .addObject()
        .put("type", "InternalIP")
        .put("address", "10.%d.%d.%d".formatted(number >> 16, number >> 8 & 255, number & 255));
    status
        .putObject("nodeInfo")
        .put("kubeletVersion", "v1.33.0")
        .put("containerRuntimeVersion", "docker://28.0.0")
        .put("kernelVersion", "6.1.0-32-amd64")
        .put("osImage", "Debian GNU/Linux 12 (bookworm)")
        .put("operatingSystem", "linux")
        .put("architecture", "amd64");
    return object;
  }

  private static ObjectNode condition(ArrayNode all, String type, boolean isTrue, Instant since) {
    return all.addObject()
        .put("type", type)
        .put("status", isTrue ? "True" : "False")
        .put("lastTransitionTime", since.toString());
  }

  private SetOf set(int number, Random random) {
    String app = app(number);
    String hash = hex(random, 10);
    ObjectNode template = Json.object();
    ObjectNode metadata = template.putObject("metadata");
    metadata
        .putObject("labels")
        .put("app", app)
        .put("team", TEAMS.get(number % TEAMS.size()))
        .put("tier", TIERS.get(random.nextInt(TIERS.size())))
        .put("version", "v%d.%d".formatted(1 + random.nextInt(9), random.nextInt(30)))
        .put("pod-template-hash", hash);
    metadata
        .putObject("annotations")
        .put("checksum/config", hex(random, 32))
        .put("prometheus.io/scrape", "true")
        .put("prometheus.io/port", Integer.toString(8000 + random.nextInt(1000)));
    ObjectNode spec = template.putObject("spec");
    containers(spec.putArray("containers"), app, random);
    spec.put("restartPolicy", "Always")
        .put("terminationGracePeriodSeconds", 30)
        .put("dnsPolicy", "ClusterFirst")
        .put("serviceAccountName", "default")
        .put("serviceAccount", "default")
        .put("preemptionPolicy", "PreemptLowerPriority")
        .put("schedulerName", "default-scheduler")
        .put("priority", 0)
        .put("enableServiceLinks", true);
    spec.putObject("securityContext");
    tolerations(spec.putArray("tolerations"));
    ObjectNode volume = spec.putArray("volumes").addObject().put("name", "config");
    volume.putObject("configMap").put("name", app + "-config").put("defaultMode", 420);
    Defaulting.apply(POD.schema(), Json.object().set("spec", spec));
    return new SetOf(number, namespaceOfSet(number), app + "-" + hash, uid(random), template);
  }

  private static void tolerations(ArrayNode all) {
    for (String key : List.of("not-ready", "unreachable")) {
      all.addObject()
          .put("key", "node.kubernetes.io/" + key)
          .put("operator", "Exists")
          .put("effect", "NoExecute")
          .put("tolerationSeconds", 300);
    }
  }

  private static void containers(ArrayNode all, String app, Random random) {
    ObjectNode main = all.addObject().put("name", "main");
    main.put("image", "registry.example/%s:%s".formatted(app, hex(random, 8)));
    main.putArray("ports").addObject().put("name", "http").put("containerPort", 8080);
    ArrayNode environment = main.putArray("env");
    for (int i = 0; i < 1 + random.nextInt(2); i++) {
      environment
          .addObject()
          .put("name", "SETTING_" + hex(random, 4).toUpperCase(Locale.ROOT))
          .put("value", hex(random, 12));
    }
    ObjectNode resources = main.putObject("resources");
    resources
        .putObject("requests")
        .put("cpu", 50 * (1 + random.nextInt(10)) + "m")
        .put("memory", 64 * (1 + random.nextInt(16)) + "Mi");
    ObjectNode probe = main.putObject("readinessProbe");
    probe.putObject("httpGet").put("path", "/ready").put("port", 8080).put("scheme", "HTTP");
    probe.put("periodSeconds", 10).put("timeoutSeconds", 1).put("failureThreshold", 3);
    main.put("imagePullPolicy", "IfNotPresent");
    main.putArray("volumeMounts")
        .addObject()
        .put("name", "config")
        .put("mountPath", "/etc/" + app)
        .put("readOnly", true);
  }

  private static ObjectNode setObject(SetOf of, int size) {
    ObjectNode object = Json.object().put("apiVersion", "apps/v1").put("kind", "ReplicaSet");
    ObjectNode metadata = object.putObject("metadata");
    metadata.put("name", of.name).put("namespace", of.namespace).put("uid", of.uid);
    metadata.put("generation", 1).put("creationTimestamp", BEGAN.toString());
    ObjectNode spec = object.putObject("spec").put("replicas", size);
    spec.putObject("selector").putObject("matchLabels").put("app", app(of.number));
    spec.set("template", of.template);
    object
        .putObject("status")
        .put("replicas", size)
        .put("fullyLabeledReplicas", size)
        .put("readyReplicas", size)
        .put("availableReplicas", size)
        .put("observedGeneration", 1);
    return object;
  }

  private static ObjectNode pod(SetOf of, int node, int number, Random random) {
    Instant since = BEGAN.plusSeconds(of.number * 60L + random.nextInt(120));
    ObjectNode object = Json.object().put("apiVersion", "v1").put("kind", "Pod");
    ObjectNode metadata = object.putObject("metadata");
    metadata
        .put("name", of.name + "-" + Integer.toString(60_466_176 / 36 + number, 36))
        .put("namespace", of.namespace)
        .put("uid", uid(random))
        .put("generateName", of.name + "-")
        .put("creationTimestamp", since.toString());
    metadata.setAll((ObjectNode) of.template.get("metadata"));
    metadata
        .putArray("ownerReferences")
        .addObject()
        .put("apiVersion", "apps/v1")
        .put("kind", "ReplicaSet")
        .put("name", of.name)
        .put("uid", of.uid)
        .put("controller", true)
        .put("blockOwnerDeletion", true);
    ObjectNode spec = object.putObject("spec").put("nodeName", node(node));
    spec.setAll((ObjectNode) of.template.get("spec"));
    status(object.putObject("status"), of, node, since, random);
    return object;
  }

  private static void status(ObjectNode status, SetOf of, int node, Instant since, Random random) {
    status.put("phase", "Running").put("qosClass", "Burstable").put("startTime", since.toString());
    Instant ready = since.plusSeconds(2 + random.nextInt(20));
    ArrayNode conditions = status.putArray("conditions");
    condition(conditions, "PodScheduled", true, since);
    condition(conditions, "Initialized", true, since);
    condition(conditions, "ContainersReady", true, ready);
    condition(conditions, "Ready", true, ready);
    status.put("hostIP", "10.%d.%d.%d".formatted(node >> 16, node >> 8 & 255, node & 255));
    status.put(
        "podIP",
        "10.%d.%d.%d".formatted(64 + random.nextInt(64), random.nextInt(256), random.nextInt(256)));
    ObjectNode container = status.putArray("containerStatuses").addObject().put("name", "main");
    container.put("ready", true).put("started", true).put("restartCount", random.nextInt(3));
    String image = of.template.at("/spec/containers/0/image").asText();
    container.put("image", image).put("containerID", "docker://" + hex(random, 64));
    container.putObject("state").putObject("running").put("startedAt", ready.toString());
  }
}
