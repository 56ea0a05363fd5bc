package dev.ballast.testkit.placement;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.resource.Json;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * A small cluster drawn from a seed: nodes and pods as documents, from so few labels, taints, ports
 * and sizes that the rules often meet. Pods come bound ({@code spec.nodeName}) or waiting.
 */
public final class RandomCluster {

  private static final List<String> KEYS = List.of("zone", "disk", "rank");
  private static final List<String> VALUES = List.of("a", "b", "1", "3", "5");
  private static final List<String> EFFECTS =
      List.of("NoSchedule", "NoExecute", "PreferNoSchedule");
  private static final String CORDON = "node.kubernetes.io/unschedulable";

  private static final List<String> NAMESPACES = List.of("default", "blue", "green");

  private static final List<String> SCHEDULERS =
      List.of("default-scheduler", "default-scheduler", "ballast-pack", "ballast-balanced");

  private static final List<String> IMAGES = List.of("x:latest", "y:2", "example.com/z:3");

  private final Random random;

  /** For what makes no place illegal. */
  private final Random taste;

  /** For GPUs and who wants them. */
  private final RandomGpus gpus;

  /** For claims and who needs them. */
  private final RandomClaims claims;

  private final int sociable;
  private final boolean roomy;
  private final List<ObjectNode> namespaces;
  private final List<ObjectNode> nodes;
  private final List<ObjectNode> pods;

  public RandomCluster(long seed, int mostNodes, int mostPods) {
    this(seed, 1, mostNodes, 1, mostPods, 0);
  }

  /**
   * @param sociable how many pods in a hundred have rules about other pods
   */
  public RandomCluster(
      long seed, int leastNodes, int mostNodes, int leastPods, int mostPods, int sociable) {
    random = new Random(seed);
    taste = new Random(seed + 1);
    gpus = new RandomGpus(new Random(seed + 2));
    claims = new RandomClaims(new Random(seed + 3), NAMESPACES);
    this.sociable = sociable;
    this.roomy = sociable > 0 && chance(70);
    namespaces = NAMESPACES.stream().map(this::namespace).toList();
    nodes =
        IntStream.range(0, leastNodes + random.nextInt(mostNodes - leastNodes + 1))
            .mapToObj(this::node)
            .toList();
    pods =
        IntStream.range(0, leastPods + random.nextInt(mostPods - leastPods + 1))
            .mapToObj(this::pod)
            .toList();
  }

  /** Nodes and pods of every test name these. */
  public List<ObjectNode> namespaces() {
    return namespaces;
  }

  /** Some of its pods, in some clusters, need claims from now on. */
  public RandomCluster withClaims() {
    pods.forEach(claims::ask);
    return this;
  }

  /** PersistentVolumes; in many clusters there are none. */
  public List<ObjectNode> volumes() {
    return claims.volumes();
  }

  public List<ObjectNode> claims() {
    return claims.claims();
  }

  public List<ObjectNode> nodes() {
    return nodes;
  }

  public List<ObjectNode> pods() {
    return pods;
  }

  private ObjectNode namespace(String name) {
    ObjectNode namespace = Json.object().put("apiVersion", "v1").put("kind", "Namespace");
    ObjectNode metadata = namespace.putObject("metadata").put("name", name);
    ObjectNode labels = metadata.putObject("labels").put("kubernetes.io/metadata.name", name);
    if (chance(60)) {
      labels.put("team", one(List.of("a", "b")));
    }
    return namespace;
  }

  private ObjectNode node(int number) {
    ObjectNode node = Json.object().put("apiVersion", "v1").put("kind", "Node");
    ObjectNode metadata = node.putObject("metadata").put("name", "node-" + number);
    metadata.put("uid", "node-uid-" + number);
    ObjectNode labels = metadata.putObject("labels");
    KEYS.stream().filter(key -> chance(60)).forEach(key -> labels.put(key, one(VALUES)));
    if (sociable > 0) {
      RandomCompany.place(labels, number, random);
    }
    ObjectNode spec = node.putObject("spec");
    if (chance(10)) {
      spec.put("unschedulable", true);
    }
    ArrayNode taints = spec.putArray("taints");
    for (String key : List.of("dedicated", "spot")) {
      if (chance(20)) {
        taints.addObject().put("key", key).put("value", one(VALUES)).put("effect", one(EFFECTS));
      }
    }
    ObjectNode allocatable = node.putObject("status").putObject("allocatable");
    allocatable.put("cpu", roomy ? "16" : one(List.of("1", "2", "1500m", "4")));
    allocatable.put("memory", roomy ? "64Gi" : one(List.of("1Gi", "2Gi", "4000M")));
    allocatable.put("ephemeral-storage", "10Gi");
    allocatable.put("pods", roomy ? "110" : one(List.of("2", "5", "110")));
    if (chance(25)) {
      allocatable.put("example.com/gpu", "2");
    }
    gpus.offer(allocatable);
    ArrayNode images = node.withObjectProperty("status").putArray("images");
    for (String image : IMAGES) {
      if (taste.nextInt(3) == 0) {
        images.addObject().put("sizeBytes", 700L << 20).putArray("names").add(image);
      }
    }
    return node;
  }

  private ObjectNode pod(int number) {
    ObjectNode pod = Json.object().put("apiVersion", "v1").put("kind", "Pod");
    ObjectNode metadata = pod.putObject("metadata").put("name", "pod-" + number);
    String namespace = sociable > 0 && chance(40) ? one(NAMESPACES) : "default";
    metadata.put("namespace", namespace).put("uid", "pod-uid-" + number);
    metadata.put("creationTimestamp", "2026-01-01T00:00:%02dZ".formatted(number % 60));
    ObjectNode spec = pod.putObject("spec");
    spec.put("schedulerName", SCHEDULERS.get(taste.nextInt(SCHEDULERS.size())));
    ArrayNode containers = spec.putArray("containers");
    IntStream.range(0, 1 + random.nextInt(2)).forEach(i -> container(containers.addObject(), i));
    if (chance(25)) {
      ArrayNode inits = spec.putArray("initContainers");
      IntStream.range(0, 1 + random.nextInt(3)).forEach(i -> init(inits.addObject(), i));
    }
    if (chance(10)) {
      spec.putObject("overhead").put("cpu", "50m").put("memory", "64Mi");
    }
    if (chance(50)) {
      spec.put("priority", random.nextInt(3) * 100);
    }
    constrain(spec);
    if (sociable > 0) {
      RandomCompany company = new RandomCompany(random);
      company.label(metadata);
      if (chance(sociable)) {
        company.constrain(spec);
      }
      if (chance(4)) {
        metadata.put("deletionTimestamp", "2026-01-01T00:00:00Z");
      }
      if (chance(3)) {
        spec.putArray("schedulingGates").addObject().put("name", "example.com/hold");
      }
    }
    ObjectNode status = pod.putObject("status").put("phase", "Pending");
    if (chance(25) && !spec.has("schedulingGates")) {
      spec.put("nodeName", "node-" + random.nextInt(nodes.size() + 1));
      status.put("phase", one(List.of("Pending", "Running", "Running", "Succeeded", "Failed")));
    }
    gpus.ask(pod);
    return pod;
  }

  private void constrain(ObjectNode spec) {
    if (chance(sociable > 0 ? 8 : 25)) {
      spec.putObject("nodeSelector").put(one(KEYS), one(VALUES));
    }
    ObjectNode affinity = Json.object();
    if (chance(sociable > 0 ? 12 : 30)) {
      ArrayNode terms =
          affinity
              .putObject("requiredDuringSchedulingIgnoredDuringExecution")
              .putArray("nodeSelectorTerms");
      IntStream.range(0, 1 + random.nextInt(2)).forEach(i -> term(terms.addObject()));
    }
    if (chance(30)) {
      ArrayNode preferred = affinity.putArray("preferredDuringSchedulingIgnoredDuringExecution");
      term(preferred.addObject().put("weight", 1 + random.nextInt(100)).putObject("preference"));
    }
    if (!affinity.isEmpty()) {
      spec.withObjectProperty("affinity").set("nodeAffinity", affinity);
    }
    ArrayNode tolerations = spec.putArray("tolerations");
    if (chance(40)) {
      tolerate(tolerations.addObject());
    }
    if (chance(5)) {
      tolerations.addObject().put("operator", "Exists");
    }
  }

  private void tolerate(ObjectNode toleration) {
    toleration.put("key", one(List.of("dedicated", "spot", CORDON)));
    if (chance(50)) {
      toleration.put("operator", "Exists");
    } else {
      toleration.put("value", one(VALUES));
    }
    if (chance(50)) {
      toleration.put("effect", one(EFFECTS));
    }
  }

  private void term(ObjectNode term) {
    int kind = random.nextInt(12);
    if (kind > 1) {
      ArrayNode expressions = term.putArray("matchExpressions");
      IntStream.range(0, 1 + random.nextInt(2)).forEach(i -> expression(expressions.addObject()));
    }
    if (kind == 1 || kind == 2) {
      ObjectNode field = term.putArray("matchFields").addObject().put("key", "metadata.name");
      field.put("operator", one(List.of("In", "NotIn")));
      field.putArray("values").add("node-" + random.nextInt(nodes.size()));
    }
  }

  private void expression(ObjectNode expression) {
    String operator = one(List.of("In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"));
    expression.put("key", one(KEYS)).put("operator", operator);
    switch (operator) {
      case "In", "NotIn" -> expression.putArray("values").add(one(VALUES)).add(one(VALUES));
      case "Gt", "Lt" -> expression.putArray("values").add(one(List.of("1", "2", "4")));
      default -> {}
    }
  }

  private void init(ObjectNode container, int number) {
    container(container, number);
    container.put("name", "init-" + number);
    if (chance(50)) {
      container.put("restartPolicy", "Always");
    }
  }

  private void container(ObjectNode container, int number) {
    container.put("name", "c" + number).put("image", IMAGES.get(taste.nextInt(IMAGES.size())));
    ObjectNode resources = container.putObject("resources");
    ObjectNode amounts = resources.putObject(chance(80) ? "requests" : "limits");
    if (chance(80)) {
      amounts.put("cpu", one(List.of("100m", "0.25", "500m", "1", "0")));
    }
    if (chance(70)) {
      amounts.put("memory", one(List.of("128Mi", "300M", "1Gi")));
    }
    if (chance(8)) {
      amounts.put("example.com/gpu", "1");
    }
    if (chance(12)) {
      ObjectNode port = container.putArray("ports").addObject().put("containerPort", 80);
      port.put("hostPort", chance(50) ? 8080 : 9090);
      port.put("protocol", one(List.of("TCP", "TCP", "UDP")));
      if (chance(40)) {
        port.put("hostIP", one(List.of("127.0.0.1", "10.0.0.1", "0.0.0.0")));
      }
    }
  }

  private boolean chance(int percent) {
    return random.nextInt(100) < percent;
  }

  private <T> T one(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }
}
