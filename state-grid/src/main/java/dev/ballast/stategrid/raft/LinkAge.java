package dev.ballast.stategrid.raft;

import dev.ballast.core.time.Now;
import java.time.Duration;
import java.util.Optional;

/**
 * When a member's links to the others are made anew. One that failed tries again after longer and
 * longer pauses, up to two minutes, even when the other side is back: votes that are asked for over
 * it fail at once meanwhile, and nobody is elected though a majority runs. A follower needs these
 * links for votes only, so it throws them away whenever it has got to know a leader; and who has
 * none does so every few seconds. Links in use are a leader's own affair. One thread.
 */
final class LinkAge {

  private static final Duration WITHOUT_LEADER = Duration.ofSeconds(3);

  private final String self;
  private Optional<String> known = Optional.empty();
  private Now since;

  LinkAge(String self, Now now) {
    this.self = self;
    this.since = now;
  }

  /**
   * Whether to make them anew now; asked again and again.
   *
   * @param leader whom this member follows, if anybody
   */
  boolean isOver(Optional<String> leader, Now now) {
    if (leader.isPresent()) {
      boolean changed = !leader.equals(known);
      known = leader;
      since = now;
      return changed && !leader.get().equals(self);
    }
    known = leader;
    if (now.since(since).compareTo(WITHOUT_LEADER) < 0) {
      return false;
    }
    since = now;
    return true;
  }
}
