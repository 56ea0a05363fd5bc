package dev.ballast.kinds.builtin;

import dev.ballast.kinds.Kind;
import dev.ballast.kinds.schema.SchemaCatalog;
import java.util.List;
import java.util.stream.Stream;

/** Karpenter's kinds: pools of machines, claims to one each, and the class of simulated ones. */
final class PoolKinds {

  private PoolKinds() {}

  static List<Kind> all(SchemaCatalog types) {
    return Stream.of(
            new KindBuilder(
                    "karpenter.sh",
                    "v1",
                    "NodePool",
                    "nodepools",
                    types.type("karpenter.v1.NodePool"))
                .subresources("status", "scale")
                .columns(PoolColumns.POOL)
                .hooks(new NodePoolHooks()),
            new KindBuilder(
                    "karpenter.sh",
                    "v1",
                    "NodeClaim",
                    "nodeclaims",
                    types.type("karpenter.v1.NodeClaim"))
                .subresources("status")
                .columns(PoolColumns.CLAIM)
                .hooks(new NodeClaimHooks()),
            new KindBuilder(
                    "karpenter.kwok.sh",
                    "v1alpha1",
                    "KWOKNodeClass",
                    "kwoknodeclasses",
                    types.type("kwok.karpenter.v1alpha1.KWOKNodeClass"))
                .shortNames("kwoknc", "kwokncs")
                .subresources("status")
                .hooks(new SimulatedClassHooks()))
        .map(kind -> kind.clusterScoped().categories("karpenter").build())
        .toList();
  }
}
