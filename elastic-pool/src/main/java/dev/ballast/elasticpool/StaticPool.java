package dev.ballast.elasticpool;

import dev.ballast.core.pool.Machine;
import dev.ballast.core.pool.MachineSpec;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A pool of a fixed number of like machines, named {@code NAME-0}, {@code NAME-1} and so on.
 *
 * @param size how many there shall be; at least 0
 */
public record StaticPool(
    String name, int size, Map<String, String> capacity, Map<String, String> labels) {

  public StaticPool {
    Objects.requireNonNull(name, "name");
    capacity = Map.copyOf(capacity);
    labels = Map.copyOf(labels);
    if (size < 0) {
      throw new IllegalArgumentException("pool " + name + " cannot have " + size + " machines");
    }
  }

  /** What to do about a pool, as data. */
  public sealed interface Step {
    record Create(MachineSpec spec) implements Step {}

    record Delete(Machine machine) implements Step {}
  }

  /**
   * The steps from the machines that there are to those that there should be: missing numbers are
   * made, lowest first; machines with other names are ended. Other pools' machines are not looked
   * at. Pure.
   */
  public List<Step> reconcile(List<Machine> machines) {
    List<Machine> own = machines.stream().filter(m -> m.spec().pool().equals(name)).toList();
    Set<String> there = own.stream().map(m -> m.spec().name()).collect(Collectors.toSet());
    List<MachineSpec> wanted = new ArrayList<>();
    for (int number = 0; number < size; number++) {
      wanted.add(spec(number));
    }
    Set<String> names = wanted.stream().map(MachineSpec::name).collect(Collectors.toSet());
    List<Step> steps = new ArrayList<>();
    own.stream()
        .filter(machine -> !names.contains(machine.spec().name()))
        .sorted(Comparator.comparing(machine -> machine.spec().name()))
        .forEach(machine -> steps.add(new Step.Delete(machine)));
    wanted.stream()
        .filter(spec -> !there.contains(spec.name()))
        .forEach(spec -> steps.add(new Step.Create(spec)));
    return steps;
  }

  private MachineSpec spec(int number) {
    String machine = name + "-" + number;
    return new MachineSpec(machine, name, name + "/" + machine, capacity, labels);
  }
}
