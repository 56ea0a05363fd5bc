package dev.ballast.stategrid.raft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ballast.core.store.StoreUnavailableException;
import dev.ballast.testkit.time.WallTimers;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class SharedTest {

  private static final int READERS = 50;

  /** Askings that have begun and ended; each waits for a permit in between. */
  private final AtomicInteger begun = new AtomicInteger();

  private final AtomicInteger ended = new AtomicInteger();
  private final Semaphore answers = new Semaphore(0);
  private final Shared shared = new Shared(this::asked, new WallTimers());
  private final Queue<Object> told = new ConcurrentLinkedQueue<>();
  private volatile boolean fails;

  private void asked() {
    begun.incrementAndGet();
    answers.acquireUninterruptibly();
    ended.incrementAndGet();
    if (fails) {
      throw new StoreUnavailableException("nobody answers");
    }
  }

  /** Waits in the question when this returns. */
  private Thread reader() {
    Thread reader =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    shared.ask();
                    told.add(ended.get());
                  } catch (StoreUnavailableException e) {
                    told.add(e);
                  }
                });
    Awaitility.await().until(() -> reader.getState() == Thread.State.WAITING);
    return reader;
  }

  @Test
  void whoComesWhileItIsBeingAskedSharesTheNextAsking() throws Exception {
    Thread first = reader();
    Awaitility.await().until(() -> begun.get() == 1);
    List<Thread> rest = new ArrayList<>();
    for (int i = 0; i < READERS; i++) {
      rest.add(reader());
    }
    answers.release();
    first.join();
    Awaitility.await().until(() -> begun.get() == 2);
    assertEquals(
        List.of(1), List.copyOf(told), "an answer older than their question is not theirs");
    answers.release();
    for (Thread reader : rest) {
      reader.join();
    }
    assertEquals(2, begun.get(), "one asking for all of them");
    assertEquals(READERS + 1, told.size());
    assertEquals(READERS, told.stream().filter(answer -> answer.equals(2)).count());
  }

  @Test
  void aFailureIsToldToThoseWhoWaitedForItOnly() throws Exception {
    fails = true;
    Thread first = reader();
    Awaitility.await().until(() -> begun.get() == 1);
    Thread second = reader();
    answers.release();
    first.join();
    assertInstanceOf(StoreUnavailableException.class, told.remove());
    Awaitility.await().until(() -> begun.get() == 2);
    fails = false;
    answers.release();
    second.join();
    assertEquals(2, told.remove());
  }

  @Test
  void nobodyIsAnsweredByAnAskingThatBeganBeforeHeCame() throws Exception {
    answers.release(Integer.MAX_VALUE / 2);
    List<Thread> readers = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      readers.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    for (int turn = 0; turn < 500; turn++) {
                      int before = begun.get();
                      shared.ask();
                      if (ended.get() <= before) {
                        told.add("asking " + before + " was under way");
                      }
                    }
                  }));
    }
    for (Thread reader : readers) {
      reader.join();
    }
    assertEquals(List.of(), List.copyOf(told));
    assertTrue(begun.get() < 8 * 500, "they share: " + begun.get());
  }
}
