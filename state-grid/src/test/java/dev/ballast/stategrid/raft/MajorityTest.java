package dev.ballast.stategrid.raft;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.proto.RaftProtos.RaftPeerRole;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftConfiguration;
import org.junit.jupiter.api.Test;

class MajorityTest {

  /** Members now, and those before while the group changes. */
  private record Members(List<RaftPeer> now, List<RaftPeer> before) implements RaftConfiguration {
    @Override
    public RaftPeer getPeer(RaftPeerId id, RaftPeerRole... roles) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Collection<RaftPeer> getAllPeers(RaftPeerRole role) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Collection<RaftPeer> getCurrentPeers(RaftPeerRole role) {
      return now;
    }

    @Override
    public Collection<RaftPeer> getPreviousPeers(RaftPeerRole role) {
      return before;
    }

    @Override
    public long getLogEntryIndex() {
      return 1;
    }
  }

  private static List<RaftPeer> peers(String... ids) {
    return Arrays.stream(ids).map(id -> RaftPeer.newBuilder().setId(id).build()).toList();
  }

  private static boolean asked(List<RaftPeer> now, List<RaftPeer> before, Set<String> yes)
      throws Exception {
    return new Majority(RaftPeerId.valueOf("a"), new Members(now, before))
        .ask(peer -> yes.contains(peer.getId().toString()))
        .get(10, TimeUnit.SECONDS);
  }

  @Test
  void moreThanHalfOfTheMembersMustSayYes() throws Exception {
    assertEquals(true, asked(peers("a"), List.of(), Set.of()), "alone");
    assertEquals(false, asked(peers("a", "b"), List.of(), Set.of()));
    assertEquals(true, asked(peers("a", "b"), List.of(), Set.of("b")));
    assertEquals(true, asked(peers("a", "b", "c"), List.of(), Set.of("c")));
    assertEquals(false, asked(peers("a", "b", "c"), List.of(), Set.of()));
    assertEquals(false, asked(peers("a", "b", "c", "d"), List.of(), Set.of("b")));
    assertEquals(true, asked(peers("a", "b", "c", "d"), List.of(), Set.of("b", "d")));
  }

  @Test
  void whileTheGroupChangesBothMustAgree() throws Exception {
    List<RaftPeer> before = peers("a", "b", "c");
    List<RaftPeer> now = peers("a", "d", "e");
    assertEquals(false, asked(now, before, Set.of("d", "e")));
    assertEquals(false, asked(now, before, Set.of("b", "c")));
    assertEquals(true, asked(now, before, Set.of("b", "e")));
    assertEquals(false, asked(peers("b", "c"), List.of(), Set.of("b")), "this one is no member");
  }

  @Test
  void nobodyWaitsForTheOneThatIsSilent() throws Exception {
    CountDownLatch silent = new CountDownLatch(1);
    Majority majority =
        new Majority(RaftPeerId.valueOf("a"), new Members(peers("a", "b", "c"), List.of()));
    boolean agreed =
        majority
            .ask(
                peer -> {
                  if (peer.getId().toString().equals("b")) {
                    return true;
                  }
                  try {
                    silent.await();
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                  return false;
                })
            .get(10, TimeUnit.SECONDS);
    assertEquals(true, agreed);
    silent.countDown();
  }
}
