package dev.ballast.elasticpool.kwok;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.pool.Machine;
import dev.ballast.core.pool.MachineSpec;
import dev.ballast.core.pool.NodeProvider;
import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.status.Failure;
import dev.ballast.core.status.Failures;
import dev.ballast.core.store.CommitResult;
import dev.ballast.core.store.ListQuery;
import dev.ballast.core.store.ListResult;
import dev.ballast.core.store.ResourceStore;
import dev.ballast.core.store.StoreUnavailableException;
import dev.ballast.core.store.Write;
import dev.ballast.core.time.Timers;
import dev.ballast.elasticpool.claim.ClaimEnd;
import dev.ballast.elasticpool.claim.Karpenter;
import dev.ballast.elasticpool.claim.NodeClaim;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Gives simulated machines to members. A machine exists from the commit on that writes its name,
 * and in it the member's, into the claim: {@link KwokHost} at that member sees it there and hosts
 * it. So nothing is made that could be made twice, or lost: whoever leads next reads the claims. A
 * machine ends with the commit that says so in the claim, or when its member is removed.
 *
 * <p>Used by the leader; thread-safe.
 */
public final class KwokProvider implements NodeProvider {

  private record Known(Document document, NodeClaim claim) {
    Optional<MachineId> machine() {
      return claim.isEnded() ? Optional.empty() : MachineId.parse(claim.status().providerID());
    }
  }

  private final ResourceStore store;
  private final Supplier<List<Host>> members;
  private final Timers timers;

  /**
   * @param store takes commits while this member leads
   * @param members all that are in the group now
   */
  public KwokProvider(ResourceStore store, Supplier<List<Host>> members, Timers timers) {
    this.store = store;
    this.members = members;
    this.timers = timers;
  }

  @Override
  public Listed list() {
    try {
      List<String> there = members.get().stream().map(Host::id).toList();
      List<Machine> machines = new ArrayList<>();
      for (Known known : all()) {
        known
            .machine()
            .filter(id -> there.contains(id.member()))
            .ifPresent(id -> machines.add(new Machine(id.toString(), spec(known.claim()))));
      }
      return new Listed.Machines(machines);
    } catch (StoreUnavailableException e) {
      return new Listed.Failed(Failures.unavailable(e.getMessage()));
    }
  }

  /** One after the other, so that each sees where those before it went. */
  @Override
  public synchronized Created create(MachineSpec spec) {
    try {
      Optional<Known> found = claim(spec.name());
      if (found.isEmpty()) {
        return failed(Failures.notFound(key(spec.name())));
      }
      Known known = found.get();
      if (!known.claim().metadata().uid().equals(spec.token())) {
        return failed(
            new Failure(
                409,
                "AlreadyExists",
                "machine \"%s\" belongs to %s"
                    .formatted(spec.name(), known.claim().metadata().uid())));
      }
      if (known.claim().isEnded()) {
        return failed(new Failure(410, "Gone", "machine \"%s\" is ended".formatted(spec.name())));
      }
      return known
          .machine()
          .<Created>map(id -> new Created.Made(new Machine(id.toString(), spec)))
          .orElseGet(() -> place(known, spec));
    } catch (StoreUnavailableException e) {
      return failed(Failures.unavailable(e.getMessage()));
    }
  }

  /** With whoever has the fewest. */
  private Created place(Known known, MachineSpec spec) {
    Map<String, Integer> load = new HashMap<>();
    all().forEach(one -> one.machine().ifPresent(id -> load.merge(id.member(), 1, Integer::sum)));
    Optional<Host> chosen =
        members.get().stream()
            .filter(Host::answers)
            .min(
                Comparator.<Host>comparingInt(one -> load.getOrDefault(one.id(), 0))
                    .thenComparing(Host::id));
    if (chosen.isEmpty()) {
      return failed(
          new Failure(503, "InsufficientCapacity", "no member answers that could host a machine"));
    }
    String id = new MachineId(chosen.get().id(), spec.name()).toString();
    ObjectNode claim = known.document().tree();
    claim.withObjectProperty("status").put("providerID", id);
    return commit(known, claim)
        .<Created>map(Created.Failed::new)
        .orElseGet(() -> new Created.Made(new Machine(id, spec)));
  }

  @Override
  public Deleted delete(String id) {
    try {
      Optional<Known> known =
          MachineId.parse(id)
              .flatMap(machine -> claim(machine.claim()))
              .filter(one -> one.claim().status().providerID().equals(id))
              .filter(one -> !one.claim().isEnded());
      return known
          .flatMap(one -> commit(one, ClaimEnd.of(one.document(), one.claim(), timers.now())))
          .<Deleted>map(Deleted.Failed::new)
          .orElseGet(Deleted.Gone::new);
    } catch (StoreUnavailableException e) {
      return new Deleted.Failed(Failures.unavailable(e.getMessage()));
    }
  }

  private Optional<Failure> commit(Known known, ObjectNode claim) {
    Write write =
        new Write.Replace(
            known.document().key(), known.document().revision(), "status", Json.storable(claim));
    return switch (store.commit(write)) {
      case CommitResult.Committed done -> Optional.empty();
      case CommitResult.Refused refused -> Optional.of(refused.failure());
      case CommitResult.Unavailable none -> Optional.of(Failures.unavailable(none.reason()));
      case CommitResult overtaken ->
          Optional.of(Failures.conflict(known.document().key(), "it changed meanwhile"));
    };
  }

  private List<Known> all() {
    if (store.list(ListQuery.all(ResourceType.NODE_CLAIMS)) instanceof ListResult.Page page) {
      return page.documents().stream().map(KwokProvider::known).toList();
    }
    throw new IllegalStateException("a list of all claims has one page");
  }

  private Optional<Known> claim(String name) {
    return store.get(key(name)).map(KwokProvider::known);
  }

  private static Known known(Document document) {
    return new Known(document, document.as(NodeClaim.class));
  }

  private static ObjectKey key(String name) {
    return ObjectKey.cluster(ResourceType.NODE_CLAIMS, name);
  }

  private static MachineSpec spec(NodeClaim claim) {
    return new MachineSpec(
        claim.metadata().name(),
        claim.metadata().labels().getOrDefault(Karpenter.POOL, ""),
        claim.metadata().uid(),
        claim.spec().resources().requests(),
        claim.nodeLabels());
  }

  private static Created failed(Failure failure) {
    return new Created.Failed(failure);
  }
}
