package dev.ballast.app;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.resource.Json;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** What a person sees of the members, with and without a majority of them. */
class MemberCommandTest {

  private static ObjectNode answer(String unconfirmed) {
    ObjectNode answer =
        Json.object().put("asked", "https://10.0.0.2:6443").put("unconfirmed", unconfirmed);
    var members = answer.putArray("members");
    for (String id : new String[] {"a", "b", "c", "d"}) {
      members
          .addObject()
          .put("id", id)
          .put("address", "10.0.0." + id + ":6444")
          .put("url", "https://" + id)
          .put("leader", id.equals("b"))
          .put("voter", !id.equals("d"));
    }
    return answer;
  }

  private static String shown(ObjectNode answer, int code) {
    StringWriter said = new StringWriter();
    MemberCommand command = new MemberCommand();
    new CommandLine(command).setOut(new PrintWriter(said, true));
    assertEquals(code, command.show(answer));
    return said.toString().replaceAll(" +", " ");
  }

  @Test
  void whoLeadsIsNamed() {
    assertEquals(
        """
        ID ROLE MEMBERS' ADDRESS API
        a follower 10.0.0.a:6444 https://a
        b leader 10.0.0.b:6444 https://b
        c follower 10.0.0.c:6444 https://c
        d joining 10.0.0.d:6444 https://d
        """,
        shown(answer(""), 0));
  }

  @Test
  void withoutAMajorityNobodyIsSaidToLeadAndTheCommandFails() {
    assertEquals(
        """
        no majority of the members answers https://10.0.0.2:6443 (no member leads): nobody is known to lead, and this is what it last knew
        ID ROLE MEMBERS' ADDRESS API
        a voter 10.0.0.a:6444 https://a
        b led 10.0.0.b:6444 https://b
        c voter 10.0.0.c:6444 https://c
        d joining 10.0.0.d:6444 https://d
        """,
        shown(answer("no member leads"), 1));
  }
}
