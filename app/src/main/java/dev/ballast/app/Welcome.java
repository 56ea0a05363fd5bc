package dev.ballast.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.resource.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * What a newcomer got from a member: who it is, and the cluster's secrets. It is kept in one file
 * until every part is where it belongs, so that whoever dies in between goes on from it, under the
 * same name.
 *
 * @param member who the newcomer is
 * @param files by the name in the data directory
 */
record Welcome(MemberFile member, JsonNode files) {

  private static final String NAME = "joining.json";

  /** Keeps a member's answer. */
  static Welcome keep(Path data, JsonNode answer, String address, String url) {
    Welcome welcome =
        new Welcome(
            new MemberFile(
                answer.path("id").asText(),
                UUID.fromString(answer.path("group").asText()),
                address,
                url,
                false),
            answer.path("files"));
    ObjectNode json = Json.object();
    json.set("member", welcome.member.json());
    json.set("files", welcome.files);
    SecretFiles.write(data, NAME, Json.bytes(json));
    return welcome;
  }

  static boolean isKept(Path data) {
    return Files.exists(data.resolve(NAME));
  }

  /**
   * The names of what a join that was cut off at any point has left in the directory, and of the
   * token that people lay there for it.
   */
  static Set<String> leftovers(Path data) {
    Set<String> names = new HashSet<>(Set.of("member-token"));
    if (isKept(data)) {
      SecretFiles.SHARED.forEach(name -> names.addAll(written(name.replaceFirst("/.*", ""))));
      names.addAll(written(MemberFile.NAME));
    }
    names.addAll(written(NAME));
    return names;
  }

  private static List<String> written(String name) {
    return List.of(name, SecretFiles.fresh(name));
  }

  /**
   * Who has the secrets of a cluster and is no member of it yet must not begin one of its own with
   * them.
   *
   * @throws StartFailure when a join was begun there and not ended
   */
  static void requireNone(Path data) {
    if (isKept(data)) {
      throw new StartFailure(
          data
              + " is that of a member whose join was cut off: repeat the same command with --join,"
              + " or empty the directory to begin a cluster of its own");
    }
  }

  /**
   * What was kept for the same address; a newcomer that moved in between asks anew.
   *
   * @throws StartFailure when it cannot be read
   */
  static Optional<Welcome> kept(Path data, String address) {
    if (!isKept(data)) {
      return Optional.empty();
    }
    Path file = data.resolve(NAME);
    try {
      JsonNode json = Json.MAPPER.readTree(Files.readAllBytes(file));
      return Optional.of(new Welcome(MemberFile.of(json.path("member")), json.path("files")))
          .filter(welcome -> welcome.member.address().equals(address));
    } catch (IOException | IllegalArgumentException e) {
      throw new StartFailure("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  /**
   * Puts everything where it belongs; who it is last, since who has that is taken for a member.
   *
   * @param steps hears of each once it is done; a test dies in one
   */
  MemberFile settle(Path data, Consumer<String> steps) {
    for (Map.Entry<String, JsonNode> file : files.properties()) {
      write(data, file.getKey(), file.getValue());
      steps.accept(file.getKey());
    }
    member.write(data);
    steps.accept("member");
    forget(data);
    return member;
  }

  private static void write(Path data, String name, JsonNode content) {
    if (!SecretFiles.SHARED.contains(name)) {
      return;
    }
    try {
      SecretFiles.write(data, name, content.binaryValue());
    } catch (IOException e) {
      throw new StartFailure("the member sent " + name + " in a form nobody knows", e);
    }
  }

  /** Of a member it says nothing more. */
  static void forget(Path data) {
    try {
      Files.deleteIfExists(data.resolve(NAME));
    } catch (IOException e) {
      throw new StartFailure("cannot delete " + data.resolve(NAME) + ": " + e.getMessage(), e);
    }
  }

  /** Never the secrets: records end up in logs. */
  @Override
  public String toString() {
    return "Welcome[" + member + "]";
  }
}
