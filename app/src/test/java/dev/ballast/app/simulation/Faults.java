package dev.ballast.app.simulation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.container.ContainerState;
import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.store.DeleteOptions.Propagation;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** What goes wrong, and what people do meanwhile. Each call does one thing and says which. */
final class Faults {

  private final SimulatedCluster cluster;
  private final People people;
  private final Random random;
  private boolean over;

  Faults(SimulatedCluster cluster, People people) {
    this.cluster = cluster;
    this.people = people;
    this.random = cluster.random;
  }

  /** Everything works from now on. */
  void end() {
    over = true;
    cluster.heal();
    people.faults.clear();
  }

  String next() {
    people.note();
    return switch (random.nextInt(4)) {
      case 0 -> atControl();
      case 1 -> atNode(cluster.nodes.get(random.nextInt(cluster.nodes.size())));
      case 2 -> atPods();
      default -> "nothing";
    };
  }

  private String atControl() {
    LinkFaults link = random.nextInt(3) == 0 ? cluster.plannerFaults : cluster.controlFaults;
    switch (random.nextInt(9)) {
      case 0 -> {
        cluster.killControl(0);
        return "a crash of the controllers";
      }
      case 1 -> {
        int steps = 1 + random.nextInt(60);
        cluster.killControl(steps);
        return "a crash of the controllers in " + steps + " steps";
      }
      case 2 -> {
        int steps = random.nextInt(30);
        cluster.killPlanner(steps);
        return "a crash of the planner in " + steps + " steps";
      }
      case 3 -> {
        cluster.skew = Duration.ofSeconds(random.nextInt(1200) - 600);
        return "the server's clock off by " + cluster.skew;
      }
      case 4 -> {
        cluster.compact();
        return "a compaction";
      }
      default -> {
        return on(link);
      }
    }
  }

  /** One thing wrong with a link, for a while. */
  private String on(LinkFaults link) {
    Duration span = Duration.ofMillis(500 + random.nextInt(12_000));
    String fault =
        switch (random.nextInt(6)) {
          case 0 -> {
            link.failOneIn = 3;
            yield "failing calls";
          }
          case 1 -> {
            link.conflictOneIn = 3;
            yield "conflicts";
          }
          case 2 -> {
            link.loseAnswerOneIn = 3;
            yield "lost answers";
          }
          case 3 -> {
            link.endWatchOneIn = 10;
            link.repeating = true;
            yield "watches that break, and events that come twice";
          }
          case 4 -> {
            link.late(true);
            yield "late events";
          }
          default -> {
            link.cut = true;
            yield "a cut link";
          }
        };
    later(span, link::clear);
    return fault + " for " + span;
  }

  private void later(Duration span, Runnable end) {
    cluster.timers.schedule(
        span,
        () -> {
          if (!over) {
            end.run();
          }
        });
  }

  private String atNode(SimulatedMember node) {
    return node.name + ": " + faultOf(node);
  }

  private String faultOf(SimulatedMember node) {
    switch (random.nextInt(14)) {
      case 0 -> {
        node.killAgent();
        return "a crash of the agent";
      }
      case 1, 2 -> {
        int steps = 1 + random.nextInt(60);
        node.killAgentAfter(steps);
        return "a crash of the agent in " + steps + " steps";
      }
      case 3 -> {
        node.runtime.loseEvents(true);
        later(Duration.ofSeconds(10), () -> node.runtime.loseEvents(false));
        return "lost events of the engine";
      }
      case 4 -> {
        node.engineDown(true);
        later(Duration.ofSeconds(1 + random.nextInt(15)), () -> node.engineDown(false));
        return "a dead engine";
      }
      case 5 -> {
        node.runtime.restartEngine();
        return "a restarted engine, all containers dead";
      }
      case 6 -> {
        node.slowPull = Duration.ofSeconds(random.nextInt(20));
        return "pulls slower by " + node.slowPull;
      }
      case 7 -> {
        String operation =
            List.of("createSandbox", "createContainer", "start").get(random.nextInt(3));
        node.runtime.refuse(operation);
        return "an engine that refuses a " + operation;
      }
      case 8 -> {
        node.faults.cut = true;
        later(Duration.ofSeconds(20 + random.nextInt(20)), node.faults::clear);
        return "a partition";
      }
      case 9 -> {
        node.skew = Duration.ofSeconds(random.nextInt(1200) - 600);
        return "the clock off by " + node.skew;
      }
      case 10 -> {
        cluster.delete(ObjectKey.cluster(ResourceType.NODES, node.name), -1, Propagation.DEFAULT);
        node.killAgent();
        return "the node deleted, to register again";
      }
      case 11 -> {
        return killOne(node);
      }
      default -> {
        return on(node.faults);
      }
    }
  }

  private static String killOne(SimulatedMember node) {
    List<ContainerState> running =
        node.containers().stream().filter(ContainerState::isRunning).toList();
    running.stream().findAny().ifPresent(one -> node.runtime.kill(one.id(), 137));
    return "a killed container";
  }

  private String atPods() {
    ObjectKey node = ObjectKey.cluster(ResourceType.NODES, "n" + random.nextInt(3));
    switch (random.nextInt(10)) {
      case 0, 1, 2 -> {
        int count = 1 + random.nextInt(3);
        for (int i = 0; i < count; i++) {
          randomPod().ifPresent(pod -> cluster.delete(pod, 0, Propagation.BACKGROUND));
        }
        return count + " pods force-deleted";
      }
      case 3 -> {
        randomPod().ifPresent(pod -> cluster.delete(pod, -1, Propagation.BACKGROUND));
        return "a pod deleted";
      }
      case 4 -> {
        cluster.all(ResourceType.PODS).forEach(pod -> cluster.evict(pod.key()));
        return "a storm of evictions";
      }
      case 5 -> {
        int replicas = 3 + random.nextInt(5);
        cluster.edit(People.WEB, web -> web.withObjectProperty("spec").put("replicas", replicas));
        return "a scale to " + replicas;
      }
      case 6 -> {
        String image = "web:" + random.nextInt(4);
        rollOut(cluster, image);
        return "a rollout of " + image;
      }
      case 7 -> {
        cordon(node, true);
        later(Duration.ofSeconds(8), () -> cordon(node, false));
        return "a cordon of " + node;
      }
      case 8 -> {
        people.team();
        return "a namespace that comes or goes";
      }
      default -> {
        people.heir();
        return "an owner replaced";
      }
    }
  }

  void cordon(ObjectKey node, boolean on) {
    cluster.edit(node, tree -> tree.withObjectProperty("spec").put("unschedulable", on));
  }

  static void rollOut(SimulatedCluster cluster, String image) {
    cluster.edit(
        People.WEB,
        web -> ((ObjectNode) web.at("/spec/template/spec/containers/0")).put("image", image));
  }

  private Optional<ObjectKey> randomPod() {
    List<Document> pods = cluster.all(ResourceType.PODS);
    return pods.isEmpty()
        ? Optional.empty()
        : Optional.of(pods.get(random.nextInt(pods.size())).key());
  }
}
