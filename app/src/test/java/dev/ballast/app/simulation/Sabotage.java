package dev.ballast.app.simulation;

import dev.ballast.core.container.ContainerRuntime;
import dev.ballast.core.store.ResourceStore;

/** A bug planted between the product and its world, to see that the simulation notices. */
interface Sabotage {

  Sabotage NONE = new Sabotage() {};

  /** What admission commits to. */
  default ResourceStore store(ResourceStore store) {
    return store;
  }

  default ContainerRuntime engine(ContainerRuntime engine) {
    return engine;
  }
}
