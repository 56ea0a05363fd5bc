package dev.ballast.executor.simulated;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The sandboxes and containers of one simulated machine. Guarded by its runtime. */
final class SimulatedInstances {

  private final String scope;
  private final Map<String, Simulated> byId = new LinkedHashMap<>();
  private long created;

  SimulatedInstances(String scope) {
    this.scope = scope;
  }

  /** Ids are counted, so that the same seed gives the same ones. */
  String nextId() {
    return String.format("%s-%08x", scope, ++created);
  }

  /** From 10.0.0.0/8 but for Services' 10.96.0.0/16; the same name gives the same addresses. */
  String address() {
    int network = 100 + Math.floorMod(scope.hashCode(), 100);
    return "10." + network + "." + (created >> 8 & 0xff) + "." + (created & 0xff);
  }

  void add(Simulated instance) {
    byId.put(instance.state().id(), instance);
  }

  /** Null where there is none. */
  Simulated get(String id) {
    return byId.get(id);
  }

  /** By id or name. */
  Optional<Simulated> find(String id) {
    Simulated direct = byId.get(id);
    return direct != null
        ? Optional.of(direct)
        : byId.values().stream().filter(i -> i.state().name().equals(id)).findFirst();
  }

  List<Simulated> all() {
    return List.copyOf(byId.values());
  }

  void remove(String id) {
    byId.remove(id);
  }
}
