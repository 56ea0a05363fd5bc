package dev.ballast.planner.solve;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.plan.Plan;

/**
 * What a planner with a bug sees of the world and says of it: the documents on their way in and the
 * plan on its way out may be falsified. The documents given are copies.
 */
interface Lens {

  Lens CLEAR = new Lens() {};

  default ObjectNode node(ObjectNode node) {
    return node;
  }

  default ObjectNode pod(ObjectNode pod) {
    return pod;
  }

  /** A PersistentVolume or a claim. */
  default ObjectNode volume(ObjectNode volume) {
    return volume;
  }

  default ObjectNode namespace(ObjectNode namespace) {
    return namespace;
  }

  default Plan plan(Plan plan) {
    return plan;
  }
}
