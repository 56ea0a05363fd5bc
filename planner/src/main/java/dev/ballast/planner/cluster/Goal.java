package dev.ballast.planner.cluster;

import dev.ballast.planner.model.LoadPrice;

/** What the background optimiser wants of a cluster. */
public enum Goal {
  /** No hot spots: load is dearer the more a node has of it. */
  SPREAD,
  /** Few nodes, and those full; empty ones can be given back. */
  PACK,
  /** Few nodes, but none of them nearly full. */
  BALANCED;

  /** What a node is worth. */
  public static final long NODE = 1_000_000;

  /** Above this share of a node nobody should rely on it. */
  static final double SAFE = 0.9;

  /** Towards an empty node every step must be better than one away from it. */
  private static final double FILL = 0.2;

  private static final double CROWDED = 10;

  /** True when a node in use has a price of its own. */
  public boolean emptiesNodes() {
    return this != SPREAD;
  }

  long openPrice() {
    return emptiesNodes() ? NODE : 0;
  }

  /** What a share of a node's CPU, or memory, in use costs; with what leads to empty nodes. */
  LoadPrice.Shape guide() {
    return emptiesNodes() ? share -> price(share) - FILL * NODE * share * share : this::price;
  }

  /** What it costs in the end. */
  double price(double share) {
    return switch (this) {
      case SPREAD -> NODE * (share * share + crowded(share));
      case PACK -> 0;
      case BALANCED -> NODE * crowded(share);
    };
  }

  private static double crowded(double share) {
    return CROWDED * Math.max(0, share - SAFE);
  }
}
