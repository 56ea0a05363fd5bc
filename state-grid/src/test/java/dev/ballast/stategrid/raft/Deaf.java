package dev.ballast.stategrid.raft;

import java.util.HashSet;
import java.util.Set;
import org.apache.ratis.util.CodeInjectionForTesting;

/** Members of this process to which no entry comes, while they live and can ask. Thread-safe. */
public final class Deaf implements AutoCloseable {

  private static final String APPENDS = "RaftServerImpl.appendEntries";

  private final Set<String> members = new HashSet<>();

  public Deaf() {
    CodeInjectionForTesting.put(APPENDS, (to, from, details) -> hold(String.valueOf(to)));
  }

  private synchronized boolean hold(String member) {
    try {
      while (members.contains(member)) {
        wait();
      }
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(member + " ends", e);
    }
  }

  public synchronized void add(String member) {
    members.add(member);
  }

  public synchronized void remove(String member) {
    members.remove(member);
    notifyAll();
  }

  @Override
  public synchronized void close() {
    CodeInjectionForTesting.remove(APPENDS);
    members.clear();
    notifyAll();
  }
}
