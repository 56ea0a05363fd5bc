package dev.ballast.app;

import dev.ballast.client.Answer;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/**
 * Has a member removed by one that may: who leads is asked itself first, so that it hands over, and
 * another one then. Whoever answers says which of the two is next.
 */
final class MemberRemoval {

  /** A new leader is known to all within a second or two. */
  private static final int ATTEMPTS = 20;

  /** A way to the members. */
  interface Members {

    /** Who there is, as any of them says. */
    Answer list();

    /** Asks any of them to remove it. */
    Answer remove(String id);

    /** Asks one of these. */
    Answer remove(String id, List<URI> servers);

    void pause();
  }

  private final Members members;

  MemberRemoval(Members members) {
    this.members = members;
  }

  /** Returns the answer of who removed it, or why nobody did. */
  Answer remove(String id) {
    Answer answer = members.remove(id);
    for (int i = 0; i < ATTEMPTS && answer instanceof Answer.Refused refused; i++) {
      boolean itself = refused.failure().reason().equals(Membership.ASK_ITSELF);
      if (!itself && !refused.failure().reason().equals(Membership.ASK_ANOTHER)) {
        return answer;
      }
      List<URI> next = servers(id, itself);
      if (next.isEmpty()) {
        return answer;
      }
      if (i > 1) {
        members.pause(); // Not everybody has heard yet who leads.
      }
      Answer then = members.remove(id, next);
      if (then instanceof Answer.Unreachable && itself) {
        return answer; // It leads no longer, perhaps; what to do is said there.
      }
      answer = then;
    }
    return answer;
  }

  private List<URI> servers(String id, boolean itself) {
    List<URI> servers = new ArrayList<>();
    if (members.list() instanceof Answer.Done done) {
      done.json()
          .path("members")
          .forEach(
              member -> {
                String url = member.path("url").asText();
                boolean asked = member.path("id").asText().equals(id) == itself;
                if (asked && member.path("voter").asBoolean() && !url.isEmpty()) {
                  servers.add(URI.create(url));
                }
              });
    }
    return servers;
  }
}
