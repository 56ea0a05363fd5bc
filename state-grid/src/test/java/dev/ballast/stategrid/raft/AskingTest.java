package dev.ballast.stategrid.raft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.ratis.protocol.RaftPeerId;
import org.junit.jupiter.api.Test;

class AskingTest {

  private static final RaftPeerId SILENT = RaftPeerId.valueOf("silent");
  private static final RaftPeerId OTHER = RaftPeerId.valueOf("other");

  private final Asking asking = new Asking();

  @Test
  void aSilentMemberGathersEightQuestionsAndNoMore() throws Exception {
    CountDownLatch asked = new CountDownLatch(Asking.MOST_TO_ONE);
    CountDownLatch silence = new CountDownLatch(1);
    AtomicInteger answers = new AtomicInteger();
    List<Thread> waiting = new ArrayList<>();
    for (int i = 0; i < Asking.MOST_TO_ONE; i++) {
      waiting.add(
          Thread.startVirtualThread(
              () -> {
                if (asking.ask(SILENT, () -> answered(asked, silence))) {
                  answers.incrementAndGet();
                }
              }));
    }
    asked.await();
    for (int i = 0; i < 100; i++) {
      assertFalse(asking.ask(SILENT, () -> answers.incrementAndGet() > 0), "it is not asked");
    }
    assertEquals(0, answers.get());
    assertTrue(asking.ask(OTHER, () -> true), "another member is");
    silence.countDown();
    for (Thread thread : waiting) {
      thread.join();
    }
    assertEquals(Asking.MOST_TO_ONE, answers.get());
    assertTrue(asking.ask(SILENT, () -> true), "once it has answered it is asked again");
  }

  private static boolean answered(CountDownLatch asked, CountDownLatch silence) {
    asked.countDown();
    try {
      silence.await();
      return true;
    } catch (InterruptedException e) {
      return false;
    }
  }

  @Test
  void aQuestionThatFailsMakesRoom() {
    for (int i = 0; i <= Asking.MOST_TO_ONE; i++) {
      assertThrows(
          IllegalStateException.class,
          () ->
              asking.ask(
                  SILENT,
                  () -> {
                    throw new IllegalStateException("lost");
                  }));
    }
    assertTrue(asking.ask(SILENT, () -> true));
  }
}
