package dev.ballast.stategrid.raft;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;
import org.apache.ratis.protocol.RaftPeerId;

/**
 * Bounds how many questions to one member are under way: one that is silent must not gather them,
 * since each holds a thread until it is given up. Thread-safe.
 */
final class Asking {

  static final int MOST_TO_ONE = 8;

  private final Map<RaftPeerId, Semaphore> free = new ConcurrentHashMap<>();

  /**
   * @param question blocks until there is an answer
   * @return the answer; false, without asking, while the member owes too many others
   */
  boolean ask(RaftPeerId member, BooleanSupplier question) {
    Semaphore mine = free.computeIfAbsent(member, id -> new Semaphore(MOST_TO_ONE));
    if (!mine.tryAcquire()) {
      return false;
    }
    try {
      return question.getAsBoolean();
    } finally {
      mine.release();
    }
  }
}
