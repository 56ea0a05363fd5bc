package dev.ballast.planner.solve;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.plan.Plan;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/** Bugs that a planner may have, made by falsifying what it sees or says. */
enum PlannerBug implements Lens {
  IGNORES_NODE_SELECTORS(pod(spec -> spec.remove("nodeSelector"))),
  IGNORES_NODE_AFFINITY(pod(spec -> affinity(spec, "nodeAffinity"))),
  READS_ONLY_THE_FIRST_NODE_SELECTOR_TERM(pod(PlannerBug::firstTerm)),
  IGNORES_TAINTS(node(node -> spec(node).remove("taints"))),
  IGNORES_TAINTS_NO_EXECUTE(node(PlannerBug::dropNoExecute)),
  IGNORES_CORDONS(node(node -> spec(node).remove("unschedulable"))),
  TOLERATES_BY_KEY_ALONE(pod(PlannerBug::tolerateByKey)),
  IGNORES_MEMORY(pod(spec -> requests(spec, r -> r.remove("memory")))),
  IGNORES_EXTENDED_RESOURCES(pod(spec -> requests(spec, r -> r.remove("example.com/gpu")))),
  TAKES_NO_LIMIT_FOR_A_REQUEST(pod(spec -> each(spec, c -> resources(c).remove("limits")))),
  IGNORES_OVERHEAD(pod(spec -> spec.remove("overhead"))),
  IGNORES_INIT_CONTAINERS(pod(spec -> spec.remove("initContainers"))),
  TAKES_SIDECARS_FOR_INIT_CONTAINERS(pod(PlannerBug::noSidecars)),
  FORGETS_THE_NUMBER_OF_PODS(node(node -> allocatable(node).put("pods", "1000"))),
  COUNTS_PODS_TWICE(node(node -> allocatable(node).put("pods", "1"))),
  IGNORES_HOST_PORTS(pod(spec -> each(spec, c -> c.remove("ports")))),
  TAKES_ADDRESSES_FOR_APART(pod(PlannerBug::wildcardAlone)),
  IGNORES_POD_AFFINITY(pod(spec -> affinity(spec, "podAffinity"))),
  IGNORES_ANTI_AFFINITY(pod(spec -> affinity(spec, "podAntiAffinity"))),
  IGNORES_ANTI_AFFINITY_OF_OTHERS(
      pod(
          spec -> {
            if (spec.has("nodeName")) {
              affinity(spec, "podAntiAffinity");
            }
          })),
  IGNORES_NAMESPACE_SELECTORS(pod(spec -> terms(spec, t -> t.remove("namespaceSelector")))),
  IGNORES_NAMESPACE_LABELS(namespace(one -> meta(one).remove("labels"))),
  IGNORES_MATCH_LABEL_KEYS(pod(spec -> terms(spec, t -> t.remove("matchLabelKeys")))),
  IGNORES_SPREAD(pod(spec -> spec.remove("topologySpreadConstraints"))),
  ALLOWS_ONE_SKEW_MORE(pod(spec -> spread(spec, s -> s.put("maxSkew", skew(s) + 1)))),
  IGNORES_MIN_DOMAINS(pod(spec -> spread(spec, s -> s.remove("minDomains")))),
  HONOURS_NO_TAINTS_IN_SPREAD(pod(spec -> spread(spec, s -> s.remove("nodeTaintsPolicy")))),
  HONOURS_AFFINITY_IN_SPREAD_ALWAYS(pod(spec -> spread(spec, s -> s.remove("nodeAffinityPolicy")))),
  COUNTS_PODS_THAT_ENDED(bare(pod -> status(pod).put("phase", "Running"))),
  FORGETS_PODS_THAT_ARE_LEAVING(
      bare(
          pod -> {
            if (meta(pod).has("deletionTimestamp")) {
              status(pod).put("phase", "Failed");
            }
          })),
  COUNTS_LEAVING_PODS_IN_SPREAD(bare(pod -> meta(pod).remove("deletionTimestamp"))),
  IGNORES_GPU_SHARES(pod(spec -> requests(spec, r -> r.remove("koordinator.sh/gpu-core")))),
  FORGETS_WHICH_DEVICES_ARE_TAKEN(bare(pod -> meta(pod).remove("annotations"))),
  GIVES_EVERYBODY_THE_FIRST_DEVICES(said(PlannerBug::firstDevices)),
  IGNORES_CLAIMS(pod(spec -> spec.remove("volumes"))),
  IGNORES_WHERE_VOLUMES_ARE(volume(spec -> spec.remove("nodeAffinity"))),
  LETS_PODS_SHARE_A_CLAIM_FOR_ONE(
      volume(spec -> spec.putArray("accessModes").add("ReadWriteOnce"))),
  FORGETS_WHO_HAS_A_CLAIM(
      pod(
          spec -> {
            if (spec.has("nodeName")) {
              spec.remove("volumes");
            }
          })),
  PASSES_SCHEDULING_GATES(pod(spec -> spec.remove("schedulingGates"))),
  BINDS_TO_ANOTHER_PODS_NODE(said(PlannerBug::exchanged)),
  LEAVES_A_POD_THAT_FITS(said(PlannerBug::withoutTheLast));

  private final Lens lens;

  PlannerBug(Lens lens) {
    this.lens = lens;
  }

  @Override
  public ObjectNode node(ObjectNode node) {
    return lens.node(node);
  }

  @Override
  public ObjectNode pod(ObjectNode pod) {
    return lens.pod(pod);
  }

  @Override
  public ObjectNode namespace(ObjectNode namespace) {
    return lens.namespace(namespace);
  }

  @Override
  public ObjectNode volume(ObjectNode volume) {
    return lens.volume(volume);
  }

  @Override
  public Plan plan(Plan plan) {
    return lens.plan(plan);
  }

  private static Lens node(Consumer<ObjectNode> change) {
    return new Lens() {
      @Override
      public ObjectNode node(ObjectNode node) {
        change.accept(node);
        return node;
      }
    };
  }

  private static Lens bare(Consumer<ObjectNode> change) {
    return new Lens() {
      @Override
      public ObjectNode pod(ObjectNode pod) {
        change.accept(pod);
        return pod;
      }
    };
  }

  private static Lens pod(Consumer<ObjectNode> changeOfSpec) {
    return bare(pod -> changeOfSpec.accept(spec(pod)));
  }

  private static Lens namespace(Consumer<ObjectNode> change) {
    return new Lens() {
      @Override
      public ObjectNode namespace(ObjectNode namespace) {
        change.accept(namespace);
        return namespace;
      }
    };
  }

  private static Lens volume(Consumer<ObjectNode> changeOfSpec) {
    return new Lens() {
      @Override
      public ObjectNode volume(ObjectNode volume) {
        changeOfSpec.accept(spec(volume));
        return volume;
      }
    };
  }

  private static Lens said(UnaryOperator<Plan> change) {
    return new Lens() {
      @Override
      public Plan plan(Plan plan) {
        return change.apply(plan);
      }
    };
  }

  private static ObjectNode spec(ObjectNode object) {
    return object.withObjectProperty("spec");
  }

  private static ObjectNode meta(ObjectNode object) {
    return object.withObjectProperty("metadata");
  }

  private static ObjectNode status(ObjectNode object) {
    return object.withObjectProperty("status");
  }

  private static ObjectNode allocatable(ObjectNode node) {
    return status(node).withObjectProperty("allocatable");
  }

  private static ObjectNode resources(ObjectNode container) {
    return container.withObjectProperty("resources");
  }

  private static void affinity(ObjectNode spec, String kind) {
    if (spec.path("affinity") instanceof ObjectNode affinity) {
      affinity.remove(kind);
    }
  }

  private static void firstTerm(ObjectNode spec) {
    JsonNode terms =
        spec.at(
            "/affinity/nodeAffinity/requiredDuringSchedulingIgnoredDuringExecution"
                + "/nodeSelectorTerms");
    if (terms instanceof ArrayNode array && array.size() > 1) {
      array.remove(1);
    }
  }

  private static void dropNoExecute(ObjectNode node) {
    if (spec(node).path("taints") instanceof ArrayNode taints) {
      for (int i = taints.size() - 1; i >= 0; i--) {
        if (taints.get(i).path("effect").asText().equals("NoExecute")) {
          taints.remove(i);
        }
      }
    }
  }

  private static void tolerateByKey(ObjectNode spec) {
    spec.path("tolerations")
        .forEach(one -> ((ObjectNode) one).put("operator", "Exists").remove("value"));
  }

  private static void each(ObjectNode spec, Consumer<ObjectNode> change) {
    spec.path("containers").forEach(one -> change.accept((ObjectNode) one));
    spec.path("initContainers").forEach(one -> change.accept((ObjectNode) one));
  }

  private static void requests(ObjectNode spec, Consumer<ObjectNode> change) {
    each(
        spec,
        container ->
            resources(container)
                .properties()
                .forEach(one -> change.accept((ObjectNode) one.getValue())));
  }

  private static void noSidecars(ObjectNode spec) {
    spec.path("initContainers").forEach(one -> ((ObjectNode) one).remove("restartPolicy"));
  }

  private static void wildcardAlone(ObjectNode spec) {
    each(
        spec,
        container ->
            container
                .path("ports")
                .forEach(
                    port -> {
                      String ip = port.path("hostIP").asText("0.0.0.0");
                      ((ObjectNode) port).put("hostIP", ip.equals("0.0.0.0") ? "9.9.9.9" : ip);
                    }));
  }

  private static void terms(ObjectNode spec, Consumer<ObjectNode> change) {
    for (String kind : List.of("podAffinity", "podAntiAffinity")) {
      spec.path("affinity")
          .path(kind)
          .path("requiredDuringSchedulingIgnoredDuringExecution")
          .forEach(term -> change.accept((ObjectNode) term));
    }
    spread(spec, change);
  }

  private static void spread(ObjectNode spec, Consumer<ObjectNode> change) {
    spec.path("topologySpreadConstraints").forEach(one -> change.accept((ObjectNode) one));
  }

  private static int skew(ObjectNode constraint) {
    return constraint.path("maxSkew").asInt();
  }

  private static Plan exchanged(Plan plan) {
    List<Plan.Binding> bindings = new ArrayList<>(plan.bindings());
    for (int i = 0; i + 1 < bindings.size(); i += 2) {
      Plan.Binding one = bindings.get(i);
      Plan.Binding other = bindings.get(i + 1);
      bindings.set(i, new Plan.Binding(one.pod(), other.node()));
      bindings.set(i + 1, new Plan.Binding(other.pod(), one.node()));
    }
    return Plan.of(plan.basedOnRevision(), bindings, plan.unplaced());
  }

  private static Plan firstDevices(Plan plan) {
    List<Plan.Binding> bindings =
        plan.bindings().stream()
            .map(
                one ->
                    new Plan.Binding(
                        one.pod(),
                        one.node(),
                        IntStream.range(0, one.devices().size()).boxed().toList()))
            .toList();
    return Plan.of(plan.basedOnRevision(), bindings, plan.unplaced());
  }

  private static Plan withoutTheLast(Plan plan) {
    if (plan.bindings().isEmpty()) {
      return plan;
    }
    List<Plan.Binding> bindings = new ArrayList<>(plan.bindings());
    List<Plan.Unplaced> unplaced = new ArrayList<>(plan.unplaced());
    unplaced.add(new Plan.Unplaced(bindings.removeLast().pod(), 0, Map.of()));
    return Plan.of(plan.basedOnRevision(), bindings, unplaced);
  }
}
