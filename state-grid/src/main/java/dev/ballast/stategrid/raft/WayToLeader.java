package dev.ballast.stategrid.raft;

import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.store.CommitResult;
import dev.ballast.core.store.ListQuery;
import dev.ballast.core.store.ListResult;
import dev.ballast.core.store.StoreUnavailableException;
import dev.ballast.core.store.Watch;
import dev.ballast.core.store.WatchQuery;
import dev.ballast.core.store.Write;
import dev.ballast.core.time.Timers;
import dev.ballast.stategrid.sequence.Publisher;
import dev.ballast.stategrid.wire.WireReader;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What this member asks of the leader while it is another one: to commit, how far the log is, and
 * what only the leader holds. Blocks; thread-safe.
 */
final class WayToLeader {

  private static final Duration ANSWER = Duration.ofSeconds(10);
  private static final Duration COMMIT = Duration.ofSeconds(12);

  private final Group group;
  private final RaftNode node;
  private final Publisher publisher;
  private final Timers timers;
  private final EarlierLeader earlier = new EarlierLeader();
  private final Forwarding forwarding = new Forwarding(new Committing());

  WayToLeader(Group group, RaftNode node, Publisher publisher, Timers timers) {
    this.group = group;
    this.node = node;
    this.publisher = publisher;
    this.timers = timers;
  }

  /** As {@link Forwarding#commit} does. */
  CommitResult commit(List<Write> writes) {
    return forwarding.commit(writes);
  }

  private final class Committing implements Forwarding.Leader {
    @Override
    public Optional<byte[]> ask(MemberCall.Commits many) throws RaftUnavailableException {
      String leader = leader("nobody is known who does");
      return earlier.ask(leader, node.term(), () -> commit(leader, many));
    }

    @Override
    public byte[] ask(MemberCall.Commit one) throws RaftUnavailableException {
      return commit(leader("nobody is known who does"), one);
    }

    private byte[] commit(String leader, MemberCall call) throws RaftUnavailableException {
      return node.call(leader, call.encode(), false, COMMIT);
    }

    @Override
    public Optional<CommitResult> moved(List<Write> writes) {
      List<Write.Basis> bases = writes.stream().flatMap(WayToLeader::basis).distinct().toList();
      if (!bases.isEmpty()) {
        group.confirm();
      }
      return bases.stream().flatMap(basis -> moved(basis).stream()).findFirst();
    }

    private Optional<CommitResult> moved(Write.Basis basis) {
      long actual = group.local().get(basis.key()).map(Document::revision).orElse(0L);
      return actual == basis.revision()
          ? Optional.empty()
          : Optional.of(new CommitResult.Conflict(basis.key(), basis.revision(), actual));
    }
  }

  private static Stream<Write.Basis> basis(Write write) {
    return write instanceof Write.Create create ? create.basis().stream() : Stream.empty();
  }

  private String leader(String otherwise) throws RaftUnavailableException {
    return node.leader()
        .filter(id -> !id.equals(node.self().id()))
        .orElseThrow(() -> new RaftUnavailableException(otherwise, true, null));
  }

  private WireReader ask(MemberCall call) throws RaftUnavailableException {
    String leader = leader("no member leads");
    byte[] sure = new MemberCall.Sure(call).encode();
    Optional<byte[]> answer =
        earlier.ask(leader, node.term(), () -> node.call(leader, sure, false, ANSWER));
    return Calls.answer(
        answer.isPresent() ? answer.get() : node.call(leader, call.encode(), true, ANSWER));
  }

  /** Returns when this member shows what the leader had committed when it was asked. */
  void catchUp() throws RaftUnavailableException {
    WireReader answer = ask(new MemberCall.Barrier());
    long revision = answer.number();
    long entry = answer.number();
    node.awaitApplied(entry, timers);
    publisher.advance(revision);
  }

  /** Reads what only the leader has; empty when that is this member. */
  Optional<Optional<Document>> get(ObjectKey key) {
    return read(new MemberCall.Get(key)).map(StoreCoding::maybe);
  }

  Optional<ListResult> list(ListQuery query) {
    return read(new MemberCall.Listing(query)).map(StoreCoding::listResult);
  }

  /** The changes after a revision, waiting a little for the first. */
  Watch.Poll changes(WatchQuery query, int max) {
    return read(new MemberCall.Changes(query, max))
        .map(StoreCoding::poll)
        .orElseGet(() -> new Watch.Poll.Closed("what is watched has moved to this member"));
  }

  Optional<Watch> watch(WatchQuery query, Runnable signal) {
    return group.isLeading()
        ? Optional.empty()
        : Optional.of(new LeaderWatch(this::changes, query, signal, timers));
  }

  private Optional<WireReader> read(MemberCall call) {
    if (group.isLeading()) {
      return Optional.empty();
    }
    try {
      return Optional.of(ask(call));
    } catch (RaftUnavailableException e) {
      throw new StoreUnavailableException("the leader cannot be reached: " + e.getMessage(), e);
    }
  }
}
