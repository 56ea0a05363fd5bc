package dev.ballast.stategrid.raft;

import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.util.CodeInjectionForTesting;

/**
 * Members of a group in this process to which no entry comes, while they live and can ask. One at a
 * time; other groups beside it hear. Thread-safe.
 */
public final class Deaf implements AutoCloseable {

  private static final String APPENDS = "RaftServerImpl.appendEntries";

  private final ByteString group;
  private final Set<String> members = new HashSet<>();

  public Deaf(UUID group) {
    this.group = RaftGroupId.valueOf(group).toByteString();
    CodeInjectionForTesting.put(
        APPENDS, (to, from, details) -> isOurs(details) && hold(String.valueOf(to)));
  }

  private boolean isOurs(Object... details) {
    return Stream.of(details)
        .anyMatch(
            detail ->
                detail instanceof AppendEntriesRequestProto request
                    && request.getServerRequest().getRaftGroupId().getId().equals(group));
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
