package dev.ballast.control.plan;

import dev.ballast.core.model.Node;
import dev.ballast.core.placement.Amounts;
import dev.ballast.core.placement.HostPort;
import dev.ballast.core.placement.PodShape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One node's room: what it offers and what the pods bound to it take. Exists as soon as a pod names
 * the node, even before (or after) the node itself is there.
 *
 * <p>Changed by its {@link ClusterSnapshot} only, on that one's thread.
 */
public final class NodeState {

  private final String name;
  private final int slot;
  private Node node;
  private long[] allocatable = {};
  private long[] used = {};
  private long scoredCpu;
  private long scoredMemory;
  private Map<String, Long> images = Map.of();
  private final Devices devices = new Devices();
  private final List<PodView> occupants = new ArrayList<>();
  private final List<HostPort> ports = new ArrayList<>();

  NodeState(String name, int slot) {
    this.name = name;
    this.slot = slot;
  }

  public String name() {
    return name;
  }

  /** A small number, unique among the nodes of now and reused later: for arrays over nodes. */
  public int slot() {
    return slot;
  }

  /** Empty while only pods speak of it. */
  public Optional<Node> node() {
    return Optional.ofNullable(node);
  }

  public boolean exists() {
    return node != null;
  }

  public long allocatable(int resource) {
    return Amounts.at(allocatable, resource);
  }

  public long used(int resource) {
    return Amounts.at(used, resource);
  }

  /** May be negative: pods may be bound by hand, and a node may shrink. */
  public long free(int resource) {
    return allocatable(resource) - used(resource);
  }

  /** Millicores used for the purpose of spreading load; see {@link PodShape#scoredCpu}. */
  public long scoredCpu() {
    return scoredCpu;
  }

  /** Bytes used for the purpose of spreading load. */
  public long scoredMemory() {
    return scoredMemory;
  }

  /** The number of pods that use capacity here. */
  public int pods() {
    return occupants.size();
  }

  /** The sizes in bytes of the images that are there, by {@link PodShape#imageName}. */
  public Map<String, Long> images() {
    return images;
  }

  /** Its GPUs. */
  public Devices devices() {
    return devices;
  }

  /** The pods that use capacity here. */
  public List<PodView> occupants() {
    return Collections.unmodifiableList(occupants);
  }

  public boolean hasFree(List<HostPort> wanted) {
    for (HostPort port : wanted) {
      for (HostPort taken : ports) {
        if (port.conflicts(taken)) {
          return false;
        }
      }
    }
    return true;
  }

  /**
   * Room for what the shape asks, counting everything bound here; rules are not looked at.
   *
   * @param beside pods that are as good as bound here
   */
  public boolean hasRoomFor(PodShape shape, List<PodShape> beside) {
    for (int resource : shape.asked()) {
      long free = free(resource);
      for (PodShape other : beside) {
        free -= Amounts.at(other.amounts(), resource);
      }
      if (shape.amounts()[resource] > free) {
        return false;
      }
    }
    return hasFree(shape.ports()) && beside.stream().allMatch(b -> disjoint(b, shape));
  }

  private static boolean disjoint(PodShape one, PodShape other) {
    return one.ports().stream().noneMatch(port -> other.ports().stream().anyMatch(port::conflicts));
  }

  void node(Node newNode, long[] newAllocatable, int gpus) {
    if (newNode == null
        || node == null
        || !newNode.status().images().equals(node.status().images())) {
      images = Images.of(newNode);
    }
    node = newNode;
    devices.count(gpus);
    allocatable = newAllocatable;
  }

  void add(PodView pod) {
    occupants.add(pod);
    devices.add(pod);
    change(pod.shape(), 1);
    ports.addAll(pod.shape().ports());
  }

  void remove(PodView pod) {
    occupants.removeIf(other -> other.ref().key().equals(pod.ref().key()));
    devices.remove(pod);
    change(pod.shape(), -1);
    pod.shape().ports().forEach(ports::remove);
  }

  /** The same pod in the same place, of a newer version. */
  void renew(PodView pod) {
    occupants.replaceAll(other -> other.ref().key().equals(pod.ref().key()) ? pod : other);
  }

  private void change(PodShape shape, int sign) {
    if (used.length < shape.amounts().length) {
      used = Amounts.sum(used, new long[shape.amounts().length]);
    }
    for (int resource : shape.asked()) {
      used[resource] += sign * shape.amounts()[resource];
    }
    scoredCpu += sign * shape.scoredCpu();
    scoredMemory += sign * shape.scoredMemory();
  }

  @Override
  public String toString() {
    return name;
  }
}
