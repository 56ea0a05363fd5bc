package dev.ballast.stategrid.raft;

import dev.ballast.core.store.Watch.Change;
import dev.ballast.stategrid.entry.Entry;
import dev.ballast.stategrid.entry.Head;
import dev.ballast.stategrid.log.CommitLog;
import dev.ballast.stategrid.wire.WireReader;
import dev.ballast.stategrid.wire.WireWriter;
import java.util.List;

/**
 * What an entry of the replicated log says. Each names the epoch it was made in, which is the term
 * of its maker: in an entry of another term it is void.
 */
sealed interface LogEntry {

  long epoch();

  /**
   * A batch of commits.
   *
   * @param number tells it from the others of its epoch
   */
  record Rows(long number, CommitLog.Batch batch) implements LogEntry {
    @Override
    public long epoch() {
      return batch.epoch();
    }
  }

  /** History before a revision goes. */
  record Horizon(long epoch, long revision) implements LogEntry {}

  /** Nothing, but what went before it is decided when it is applied. */
  record Fence(long epoch) implements LogEntry {}

  private static int number(Change change) {
    return switch (change) {
      case ADDED -> 0;
      case MODIFIED -> 1;
      case DELETED -> 2;
    };
  }

  default byte[] encode() {
    WireWriter out = new WireWriter();
    switch (this) {
      case Rows rows -> {
        CommitLog.Batch batch = rows.batch();
        out.tag(1)
            .number(batch.epoch())
            .number(rows.number())
            .number(batch.tip())
            .number(batch.reservedRevision())
            .number(batch.rows().size());
        batch.rows().forEach(row -> encode(out, row));
      }
      case Horizon horizon -> out.tag(2).number(horizon.epoch()).number(horizon.revision());
      case Fence fence -> out.tag(3).number(fence.epoch());
    }
    return out.done();
  }

  private static void encode(WireWriter out, CommitLog.Row row) {
    Entry entry = row.entry();
    out.number(entry.position())
        .key(entry.key())
        .tag(number(entry.change()))
        .number(entry.previous())
        .text(entry.head().encode())
        .bytes(row.json());
  }

  /**
   * @throws WireReader.UnreadableException when this version cannot read it
   */
  static LogEntry decode(byte[] bytes) {
    WireReader in = new WireReader(bytes);
    int kind = in.tag();
    return switch (kind) {
      case 1 -> rows(in);
      case 2 -> new Horizon(in.number(), in.number());
      case 3 -> new Fence(in.number());
      default -> throw new IllegalStateException("no entry is of kind " + kind);
    };
  }

  private static Rows rows(WireReader in) {
    long epoch = in.number();
    long number = in.number();
    long tip = in.number();
    long reserved = in.number();
    List<CommitLog.Row> rows = in.many(() -> row(in));
    return new Rows(number, new CommitLog.Batch(epoch, tip, reserved, rows));
  }

  private static CommitLog.Row row(WireReader in) {
    Entry entry =
        new Entry(
            in.number(), in.key(), Change.values()[in.tag()], in.number(), Head.decode(in.text()));
    return new CommitLog.Row(entry, in.bytes());
  }
}
