package dev.ballast.stategrid.raft;

import dev.ballast.core.store.StoreUnavailableException;
import dev.ballast.core.time.Now;
import dev.ballast.core.time.Timers;
import dev.ballast.stategrid.raft.RaftSettings.Peer;
import dev.ballast.stategrid.wire.WireReader;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether this member still is one. Who was removed while it was stopped or cut off hears of it
 * from nobody, since the group has no use for it: so it asks the others once at its start (a leader
 * may take it for who has its address now), and whenever it has no leader. Only what another member
 * says for sure counts, never that nobody answers.
 *
 * <p>The group's thread looks; questions are asked on others.
 */
final class Belonging {

  /** A way to the others, whatever has become of this member's Raft server. */
  interface Others {
    byte[] ask(Peer peer, byte[] call) throws RaftUnavailableException;
  }

  /** An election takes as long. */
  static final Duration SILENCE = Duration.ofSeconds(2);

  static final Duration AGAIN = Duration.ofSeconds(5);

  private static final Logger LOG = LoggerFactory.getLogger(Belonging.class);

  private final String self;
  private final Others others;
  private final Timers timers;
  private final Consumer<String> removed;
  private final AtomicBoolean asking = new AtomicBoolean();
  private volatile List<Peer> known = List.of();
  private Duration patience = Duration.ZERO;
  private Now since;

  /**
   * @param removed told, perhaps more than once, when this member is none any more, in words for a
   *     person; returns at once
   */
  Belonging(String self, Others others, Timers timers, Consumer<String> removed) {
    this.self = self;
    this.others = others;
    this.timers = timers;
    this.removed = removed;
    this.since = timers.now();
  }

  /**
   * Returns at once.
   *
   * @param peers who is in the group, as far as this member knows; empty where it does not
   * @param led whether it has a leader
   */
  void look(List<Peer> peers, boolean led, Now now) {
    if (!peers.isEmpty()) {
      known = peers.stream().filter(peer -> !peer.id().equals(self)).toList();
    }
    if (led && !patience.isZero()) {
      since = now;
      patience = SILENCE;
    } else if (!known.isEmpty()
        && now.since(since).compareTo(patience) >= 0
        && asking.compareAndSet(false, true)) {
      since = now;
      patience = AGAIN;
      timers.execute(this::askOnce);
    }
  }

  private void askOnce() {
    try {
      ask().ifPresent(removed);
    } finally {
      asking.set(false);
    }
  }

  /** Why this member is none any more; empty when nobody says so. Blocks. */
  Optional<String> ask() {
    byte[] question = new MemberCall.Gone(self).encode();
    for (Peer peer : known) {
      try {
        WireReader answer = Calls.answer(others.ask(peer, question));
        String words = answer.text();
        if (!words.isEmpty()) {
          return Optional.of(words);
        }
      } catch (RaftUnavailableException
          | StoreUnavailableException
          | WireReader.UnreadableException e) {
        LOG.debug("{} does not say whether this member is one", peer.id(), e);
      }
    }
    return Optional.empty();
  }
}
