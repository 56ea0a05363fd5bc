package dev.ballast.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.client.Answer;
import dev.ballast.core.resource.Json;
import dev.ballast.core.status.Failure;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whom the command asks until somebody has removed a member. */
class MemberRemovalTest {

  private static final URI A = URI.create("https://a");
  private static final URI B = URI.create("https://b");
  private static final URI C = URI.create("https://c");

  /** Three members as they answer, of which the first one of those that are asked does. */
  private static final class Three implements MemberRemoval.Members {
    private final List<List<URI>> asked = new ArrayList<>();
    private URI first = A;
    private URI leader = A;
    private int behind;
    private boolean leaderAnswers = true;
    private boolean handsOver = true;

    @Override
    public Answer list() {
      ObjectNode answer = Json.object();
      var all = answer.putArray("members");
      for (URI url : List.of(A, B, C)) {
        all.addObject().put("id", url.getHost()).put("url", url.toString()).put("voter", true);
      }
      all.addObject().put("id", "d").put("url", "https://d").put("voter", false);
      return new Answer.Done(200, Json.bytes(answer));
    }

    @Override
    public Answer remove(String id) {
      return remove(id, List.of(first));
    }

    @Override
    public Answer remove(String id, List<URI> servers) {
      asked.add(servers);
      URI itself = URI.create("https://" + id);
      URI server = servers.getFirst();
      if (server.equals(leader) && !leaderAnswers) {
        return new Answer.Unreachable("nobody there", false);
      }
      if (server.equals(itself) && server.equals(leader) && !handsOver) {
        return refused("Conflict");
      }
      if (server.equals(itself)) {
        leader = server.equals(leader) ? B : leader;
        return refused(Membership.ASK_ANOTHER);
      }
      if (leader.equals(itself) || behind-- > 0) {
        return refused(Membership.ASK_ITSELF);
      }
      return new Answer.Done(200, new byte[0]);
    }

    private static Answer refused(String reason) {
      return new Answer.Refused(new Failure(409, reason, reason));
    }

    @Override
    public void pause() {}
  }

  private final Three three = new Three();

  private void isRemovedBy(List<List<URI>> asked) {
    assertInstanceOf(Answer.Done.class, new MemberRemoval(three).remove("a"));
    assertEquals(asked, three.asked);
  }

  @Test
  void whoIsAskedLeavesItToAnother() {
    isRemovedBy(List.of(List.of(A), List.of(B, C)));
  }

  @Test
  void whoLeadsHandsOverFirst() {
    three.first = B;
    isRemovedBy(List.of(List.of(B), List.of(A), List.of(B, C)));
  }

  @Test
  void whoFollowsGoesAtOnce() {
    three.first = B;
    three.leader = C;
    isRemovedBy(List.of(List.of(B)));
  }

  @Test
  void whoHasNotHeardOfTheNewLeaderIsAskedAgain() {
    three.behind = 2;
    List<URI> others = List.of(B, C);
    List<URI> itself = List.of(A);
    isRemovedBy(List.of(itself, others, itself, others, itself, others));
  }

  @Test
  void whyNobodyCouldIsSaidAsTheyDo() {
    three.first = B;
    three.leaderAnswers = false;
    Answer unanswered = new MemberRemoval(three).remove("a");
    assertEquals(Three.refused(Membership.ASK_ITSELF), unanswered);
    three.leaderAnswers = true;
    three.handsOver = false;
    assertEquals(Three.refused("Conflict"), new MemberRemoval(three).remove("a"));
  }
}
