package dev.ballast.app;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ballast.client.Answer;
import dev.ballast.client.ApiClient;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** {@code ballast member}: who the members are, and changes to that. */
@Command(
    name = "member",
    mixinStandardHelpOptions = true,
    description = "Lists, removes and replaces the members of a replicated control plane.")
final class MemberCommand {

  private static final String PATH = "/apis/ballast.dev/v1/members";
  private static final Duration BETWEEN_ATTEMPTS = Duration.ofMillis(250);

  private static final Pattern ID = Pattern.compile("[A-Za-z0-9-]{1,63}");

  @Spec private CommandSpec spec;

  @Option(
      names = "--kubeconfig",
      paramLabel = "FILE",
      scope = ScopeType.INHERIT,
      description =
          "An administrator's kubeconfig (default: the first file of $KUBECONFIG that is there, else"
              + " .ballast/data/kubeconfig).")
  Path kubeconfig;

  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      description = "Shows every member, where it is, and which one leads.")
  int list() {
    return run(connection -> connection.client().get(PATH));
  }

  @Command(
      name = "remove",
      mixinStandardHelpOptions = true,
      description = "Takes a member's vote; its process should be stopped, its directory deleted.")
  int remove(@Parameters(paramLabel = "ID") String id) {
    if (!ID.matcher(id).matches()) {
      throw new StartFailure(
          "ID must be one that `ballast member list` shows, and is \"" + id + "\"");
    }
    return run(connection -> new MemberRemoval(new Reached(connection)).remove(id));
  }

  /** The members as this command reaches them. */
  private record Reached(Connection connection) implements MemberRemoval.Members {
    @Override
    public Answer list() {
      return connection.client().get(PATH);
    }

    @Override
    public Answer remove(String id) {
      return remove(connection.client(), id);
    }

    @Override
    public Answer remove(String id, List<URI> servers) {
      try (ApiClient client = connection.clientOf(servers)) {
        return remove(client, id);
      }
    }

    private static Answer remove(ApiClient client, String id) {
      return client.send("DELETE", PATH + "/" + id, new byte[0]);
    }

    @Override
    public void pause() {
      LockSupport.parkNanos(BETWEEN_ATTEMPTS.toNanos());
    }
  }

  @Command(
      name = "replace",
      mixinStandardHelpOptions = true,
      description =
          "Takes the vote of a member that is lost, and says how another takes its place.")
  int replace(@Parameters(paramLabel = "ID") String id) {
    int code = remove(id);
    if (code == 0) {
      out()
          .println(
              "now start the new one with an empty directory: ballast up --join URL --token-file"
                  + " MEMBER-TOKEN --bind ADDRESS; if its machine's disk is lost, first: kubectl"
                  + " delete node NAME");
      out().flush();
    }
    return code;
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }

  private int run(Function<Connection, Answer> request) {
    try (Connection connection =
        Connection.of(KubeconfigChoice.of(kubeconfig, System.getenv(KubeconfigChoice.VARIABLE)))) {
      connection.client().learnServers();
      return switch (request.apply(connection)) {
        case Answer.Done done -> show(done.json());
        case Answer.Refused refused -> throw new StartFailure(refused.failure().message());
        case Answer.Unreachable lost -> throw new StartFailure(lost.reason());
      };
    }
  }

  /** Fails where no majority answers: what is shown then need not be so any more. */
  int show(JsonNode answer) {
    boolean confirmed = answer.path("unconfirmed").asText().isEmpty();
    if (!confirmed) {
      out()
          .printf(
              "no majority of the members answers %s (%s): nobody is known to lead, and this is what it last knew%n",
              answer.path("asked").asText(), answer.path("unconfirmed").asText());
    }
    out().printf("%-10s %-8s %-24s %s%n", "ID", "ROLE", "MEMBERS' ADDRESS", "API");
    int voters = 0;
    for (JsonNode member : answer.path("members")) {
      voters += member.path("voter").asBoolean() ? 1 : 0;
      out()
          .printf(
              "%-10s %-8s %-24s %s%n",
              member.path("id").asText(),
              role(member, confirmed),
              member.path("address").asText().isEmpty() ? "-" : member.path("address").asText(),
              member.path("url").asText());
    }
    if (voters == 2) {
      out().println(Membership.TWO);
    }
    out().flush();
    return confirmed ? 0 : 1;
  }

  private static String role(JsonNode member, boolean confirmed) {
    if (!member.path("voter").asBoolean()) {
      return "joining";
    }
    if (!confirmed) {
      return member.path("leader").asBoolean() ? "led" : "voter";
    }
    return member.path("leader").asBoolean() ? "leader" : "follower";
  }
}
