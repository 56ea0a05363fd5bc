package dev.ballast.stategrid;

import dev.ballast.core.resource.ResourceType;
import dev.ballast.stategrid.entry.Entry;
import dev.ballast.stategrid.log.CommitLog;
import dev.ballast.stategrid.log.LogException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** A log whose disk can be made to fail, or to let a test do something in the midst. */
final class FailingLog implements CommitLog {

  private final CommitLog log;
  private volatile RuntimeException failure;
  private volatile Runnable afterCompacting = () -> {};
  private volatile CountDownLatch slow = new CountDownLatch(0);

  FailingLog(CommitLog log) {
    this.log = log;
  }

  /** Every write fails so from now on; null ends it. */
  void fail(LogException with) {
    failure = with;
  }

  /** Every write fails from now on in a way that a log should not. */
  void breakDown() {
    failure = new IllegalStateException("planted");
  }

  void afterCompacting(Runnable task) {
    afterCompacting = task;
  }

  /** Every write waits from now on. */
  void hold() {
    slow = new CountDownLatch(1);
  }

  void release() {
    slow.countDown();
  }

  private void check() {
    try {
      slow.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody ends the sequencer so", e);
    }
    if (failure != null) {
      throw failure;
    }
  }

  @Override
  public Start open(Consumer<Entry> entries) {
    return log.open(entries);
  }

  @Override
  public long tip() {
    return log.tip();
  }

  @Override
  public void append(Batch batch, Runnable publish) {
    check();
    log.append(batch, publish);
  }

  @Override
  public void confirm(long epoch) {
    check();
    log.confirm(epoch);
  }

  @Override
  public void recover() {
    check();
    log.recover();
  }

  @Override
  public Optional<byte[]> document(long position) {
    return log.document(position);
  }

  @Override
  public void scan(ResourceType type, long after, long upTo, Predicate<Entry> wanted) {
    log.scan(type, after, upTo, wanted);
  }

  @Override
  public void compact(long horizon, List<Long> positions) {
    check();
    log.compact(horizon, positions);
    afterCompacting.run();
  }

  @Override
  public long sizeBytes() {
    return log.sizeBytes();
  }

  @Override
  public void close() {
    log.close();
  }
}
