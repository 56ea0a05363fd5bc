package dev.ballast.stategrid.raft;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftConfiguration;

/**
 * Asks all other members the same at once, until a majority has said yes (while the group changes,
 * one of the members before and one of those after) or none can any more.
 */
final class Majority {

  private final RaftPeerId self;
  private final List<Collection<RaftPeer>> groups = new ArrayList<>();
  private final Set<RaftPeerId> yes = ConcurrentHashMap.newKeySet();
  private final CompletableFuture<Boolean> outcome = new CompletableFuture<>();

  Majority(RaftPeerId self, RaftConfiguration members) {
    this.self = self;
    groups.add(members.getCurrentPeers());
    if (!members.getPreviousPeers().isEmpty()) {
      groups.add(members.getPreviousPeers());
    }
    yes.add(self);
  }

  /**
   * @param ask blocks; false also when there is no answer. Asked of each on a thread of its own
   * @return whether a majority said yes; this member does
   */
  CompletableFuture<Boolean> ask(Predicate<RaftPeer> ask) {
    List<CompletableFuture<Void>> answers = new ArrayList<>();
    groups.stream()
        .flatMap(Collection::stream)
        .filter(peer -> !peer.getId().equals(self))
        .distinct()
        .forEach(peer -> answers.add(answer(peer, ask)));
    look();
    CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
        .whenComplete((all, failure) -> outcome.complete(false));
    return outcome;
  }

  private CompletableFuture<Void> answer(RaftPeer peer, Predicate<RaftPeer> ask) {
    CompletableFuture<Void> answered = new CompletableFuture<>();
    Thread.ofVirtual()
        .name("ballast-majority")
        .start(
            () -> {
              try {
                if (ask.test(peer)) {
                  yes.add(peer.getId());
                  look();
                }
              } finally {
                answered.complete(null);
              }
            });
    return answered;
  }

  private void look() {
    if (groups.stream().allMatch(this::hasMajority)) {
      outcome.complete(true);
    }
  }

  private boolean hasMajority(Collection<RaftPeer> members) {
    long agree = members.stream().filter(one -> yes.contains(one.getId())).count();
    return 2 * agree > members.size();
  }
}
