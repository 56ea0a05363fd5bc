package dev.ballast.elasticpool.claim;

import dev.ballast.core.pool.NodeProvider;
import dev.ballast.core.resource.ResourceType;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Who makes machines, each for the claims that name its kind of class. Immutable. */
public record Providers(List<Provider> all) {

  /**
   * @param classes where the objects of that kind are
   */
  public record Provider(String group, String kind, ResourceType classes, NodeProvider machines) {
    boolean makes(NodeClaim claim) {
      return claim.spec().nodeClassRef().isOf(group, kind);
    }
  }

  public Providers {
    all = List.copyOf(all);
  }

  Optional<Provider> of(NodeClassRef named) {
    return all.stream().filter(one -> named.isOf(one.group(), one.kind())).findFirst();
  }

  /** The kinds of class that there are, in words. */
  String kinds() {
    return all.stream()
        .map(one -> one.kind() + "." + one.group())
        .collect(Collectors.joining(" or a "));
  }
}
