package dev.ballast.stategrid.raft;

import dev.ballast.core.resource.ResourceType;
import dev.ballast.stategrid.entry.Entry;
import dev.ballast.stategrid.log.CommitLog;
import dev.ballast.stategrid.log.LogException;
import dev.ballast.stategrid.sqlite.Image;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The log of a group of members, as the leader of one epoch writes it: an append returns when a
 * majority has the batch on the disk and this member has applied it.
 */
public final class RaftLog implements CommitLog {

  /** How a refusal begins when another member may lead by now. */
  public static final String NOT_LEADING = "this member does not lead";

  private final RaftNode node;
  private final Applier applier;
  private final long epoch;
  private long number;

  RaftLog(RaftNode node, Applier applier, long epoch) {
    this.node = node;
    this.applier = applier;
    this.epoch = epoch;
  }

  @Override
  public Start open(Consumer<Entry> entries) {
    applier.image().entries(entries);
    Image.Stored stored = applier.image().stored();
    return new Start(epoch, stored.revision(), stored.horizon());
  }

  @Override
  public long tip() {
    return applier.tip();
  }

  @Override
  public void append(Batch batch, Runnable publish) {
    long mine = ++number;
    applier.expect(epoch, mine, publish);
    try {
      submit(new LogEntry.Rows(mine, batch));
    } catch (LogException e) {
      if (e.nothingWritten()) {
        applier.forget(epoch, mine);
      }
      throw e;
    }
  }

  private void submit(LogEntry entry) {
    if (!node.leads(epoch)) {
      throw new LogException(NOT_LEADING + " in epoch " + epoch, true, null);
    }
    try {
      String outcome = node.append(entry.encode());
      if (!outcome.equals(Applier.APPLIED)) {
        throw new LogException("the log refused an entry: " + outcome, true, null);
      }
    } catch (RaftUnavailableException e) {
      throw new LogException(
          (e.nothingDone() ? NOT_LEADING + ": " : "the log: ") + e.getMessage(),
          e.nothingDone(),
          e);
    }
  }

  @Override
  public void confirm(long wanted) {
    try {
      node.confirm();
    } catch (RaftUnavailableException e) {
      throw new LogException(NOT_LEADING + " for certain: " + e.getMessage(), true, e);
    }
    if (!node.leads(wanted)) {
      throw new LogException(NOT_LEADING + " in epoch " + wanted, true, null);
    }
  }

  /**
   * When a later entry of this epoch is applied, the failed one is either applied too or was not in
   * the log; should it get there after all, it is void once anything else has been applied.
   */
  @Override
  public void recover() {
    submit(new LogEntry.Fence(epoch));
  }

  /** Every member finds the positions itself when it applies the horizon. */
  @Override
  public void compact(long horizon, List<Long> positions) {
    submit(new LogEntry.Horizon(epoch, horizon));
  }

  @Override
  public Optional<byte[]> document(long position) {
    return applier.image().document(position);
  }

  @Override
  public void scan(ResourceType type, long after, long upTo, Predicate<Entry> wanted) {
    applier.image().scan(type, after, upTo, wanted);
  }

  @Override
  public long sizeBytes() {
    return applier.image().sizeBytes();
  }

  /** The image and the link to the group outlive an epoch. */
  @Override
  public void close() {}
}
