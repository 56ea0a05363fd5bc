package dev.ballast.planner.cluster;

import dev.ballast.planner.model.LoadPrice;

/** What the background optimiser wants of a cluster; a disruption costs the same for each. */
public enum Goal {
  /** No hot spots: load is dearer the more a node has of it. */
  SPREAD,
  /** Few nodes, and those full; empty ones can be given back. */
  PACK;

  /** What a node is worth. */
  static final long NODE = 1_000_000;

  /** What moving a pod costs: it must gain a thousandth of a node. */
  static final long DISRUPTION = NODE / 1_000;

  /** Above this share of a node nobody should rely on it. */
  static final double SAFE = 0.9;

  long openPrice() {
    return this == PACK ? NODE : 0;
  }

  LoadPrice.Shape price() {
    return switch (this) {
      case SPREAD -> share -> NODE * (share * share + 10 * Math.max(0, share - SAFE));
      case PACK -> share -> -0.2 * NODE * share * share;
    };
  }
}
