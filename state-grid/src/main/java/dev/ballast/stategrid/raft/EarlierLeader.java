package dev.ballast.stategrid.raft;

import java.util.Optional;

/**
 * Remembers that the leader is of an earlier version: it refuses a call that it does not know, and
 * logs that each time. A member becomes another version by starting anew, and leads in another term
 * then. Thread-safe.
 */
final class EarlierLeader {

  /** Blocks until there is an answer. */
  interface Call {

    /**
     * @throws RaftUnavailableException when there is none
     */
    byte[] answer() throws RaftUnavailableException;
  }

  private record Reign(String leader, long term) {}

  private volatile Reign found;

  /**
   * @return the answer; empty when the leader of this term does not know such calls
   */
  Optional<byte[]> ask(String leader, long term, Call call) throws RaftUnavailableException {
    Reign now = new Reign(leader, term);
    if (now.equals(found)) {
      return Optional.empty();
    }
    byte[] answer = call.answer();
    if (!Calls.isUnknown(answer)) {
      return Optional.of(answer);
    }
    found = now;
    return Optional.empty();
  }
}
