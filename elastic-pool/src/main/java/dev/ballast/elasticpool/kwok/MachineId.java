package dev.ballast.elasticpool.kwok;

import java.util.Optional;

/**
 * A simulated machine's name, {@code kwok://MEMBER/CLAIM}: it says who hosts it.
 *
 * @param claim the claim that it was made for, and its node's name
 */
record MachineId(String member, String claim) {

  private static final String SCHEME = "kwok://";

  /** Empty for what is no simulated machine. */
  static Optional<MachineId> parse(String id) {
    int slash = id.indexOf('/', SCHEME.length());
    return id.startsWith(SCHEME) && slash > 0
        ? Optional.of(new MachineId(id.substring(SCHEME.length(), slash), id.substring(slash + 1)))
        : Optional.empty();
  }

  @Override
  public String toString() {
    return SCHEME + member + "/" + claim;
  }
}
