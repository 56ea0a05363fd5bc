package dev.ballast.stategrid.raft;

import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.store.ListQuery;
import dev.ballast.core.store.WatchQuery;
import dev.ballast.core.store.Write;
import dev.ballast.stategrid.wire.WireReader;
import dev.ballast.stategrid.wire.WireWriter;
import java.util.List;

/** What one member asks of another, beside what Raft itself exchanges. */
sealed interface MemberCall {

  /** How far the leader is. */
  record Barrier() implements MemberCall {}

  /** As the first version sent one. */
  record Commit(List<Write> writes) implements MemberCall {}

  /** Several, each of its own; the answers come together. */
  record Commits(List<List<Write>> commits) implements MemberCall {}

  record Get(ObjectKey key) implements MemberCall {}

  record Listing(ListQuery query) implements MemberCall {}

  /** The changes after a revision, waiting a little for the first one. */
  record Changes(WatchQuery query, int max) implements MemberCall {}

  /**
   * Asks for a copy of the image.
   *
   * @param member who asks; "" for one of the first version, which did not say so
   * @param room how many bytes the copy may have there
   */
  record CopyImage(String member, long room) implements MemberCall {
    static final CopyImage OF_THE_FIRST_VERSION = new CopyImage("", Long.MAX_VALUE);
  }

  record ReadCopy(long copy, long offset) implements MemberCall {}

  record EndCopy(long copy) implements MemberCall {}

  /** How the member is. */
  record Health() implements MemberCall {}

  /**
   * A question that the leader answers once it has had itself confirmed. Leaders of earlier
   * versions do not know it: they are asked by a read that Ratis confirms.
   */
  record Sure(MemberCall call) implements MemberCall {}

  /** Why a member is none any more, if so: who was removed asks that of itself. */
  record Gone(String member) implements MemberCall {}

  /** How an earlier version refuses what it does not know. */
  String UNKNOWN = "no call is of kind ";

  default byte[] encode() {
    WireWriter out = new WireWriter();
    switch (this) {
      case Barrier barrier -> out.tag(1);
      case Commit commit -> {
        out.tag(2).number(commit.writes().size());
        commit.writes().forEach(write -> StoreCoding.write(out, write));
      }
      case Get get -> out.tag(3).key(get.key());
      case Listing listing -> StoreCoding.query(out.tag(4), listing.query());
      case Changes changes -> StoreCoding.query(out.tag(5), changes.query()).number(changes.max());
      case CopyImage copy -> out.tag(6).text(copy.member()).number(copy.room());
      case ReadCopy read -> out.tag(7).number(read.copy()).number(read.offset());
      case EndCopy end -> out.tag(8).number(end.copy());
      case Health health -> out.tag(9);
      case Commits commits -> {
        out.tag(11).number(commits.commits().size());
        for (List<Write> writes : commits.commits()) {
          out.number(writes.size());
          writes.forEach(write -> StoreCoding.whole(out, write));
        }
      }
      case Gone gone -> out.tag(12).text(gone.member());
      case Sure sure -> out.tag(10).bytes(sure.call().encode());
    }
    return out.done();
  }

  /**
   * @throws WireReader.UnreadableException when this version cannot read it
   */
  static MemberCall decode(byte[] bytes) {
    WireReader in = new WireReader(bytes);
    int kind = in.tag();
    return switch (kind) {
      case 1 -> new Barrier();
      case 2 -> new Commit(in.many(() -> StoreCoding.write(in)));
      case 3 -> new Get(in.key());
      case 4 -> new Listing(StoreCoding.listQuery(in));
      case 5 -> new Changes(StoreCoding.watchQuery(in), (int) in.number());
      case 6 ->
          in.isAtEnd() ? CopyImage.OF_THE_FIRST_VERSION : new CopyImage(in.text(), in.number());
      case 7 -> new ReadCopy(in.number(), in.number());
      case 8 -> new EndCopy(in.number());
      case 9 -> new Health();
      case 10 -> new Sure(decode(in.bytes()));
      case 11 -> new Commits(in.many(() -> in.many(() -> StoreCoding.whole(in))));
      case 12 -> new Gone(in.text());
      default -> throw new IllegalStateException(UNKNOWN + kind);
    };
  }
}
