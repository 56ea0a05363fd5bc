package dev.ballast.stategrid.raft;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.ballast.stategrid.wire.WireWriter;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a leader does not know is asked of it once. */
class EarlierLeaderTest {

  private static final byte[] UNKNOWN =
      new WireWriter()
          .tag(1)
          .text("java.lang.IllegalStateException: " + MemberCall.UNKNOWN + 10)
          .done();
  private static final byte[] REFUSED = new WireWriter().tag(1).text("it does not lead").done();

  private final EarlierLeader earlier = new EarlierLeader();
  private int asked;

  private Optional<byte[]> ask(String leader, long term, byte[] answer)
      throws RaftUnavailableException {
    return earlier.ask(
        leader,
        term,
        () -> {
          asked++;
          return answer;
        });
  }

  @Test
  void itIsAskedAgainWhenItLeadsAnewOrAnotherDoes() throws Exception {
    assertEquals(Optional.empty(), ask("a", 1, UNKNOWN));
    assertEquals(Optional.empty(), ask("a", 1, UNKNOWN));
    assertEquals(1, asked);
    assertEquals(Optional.empty(), ask("b", 2, UNKNOWN));
    assertArrayEquals(REFUSED, ask("a", 3, REFUSED).orElseThrow());
    assertArrayEquals(REFUSED, ask("a", 3, REFUSED).orElseThrow());
    assertEquals(4, asked);
  }
}
