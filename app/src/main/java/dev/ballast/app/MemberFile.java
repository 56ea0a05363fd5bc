package dev.ballast.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.identity.Ids;
import dev.ballast.core.resource.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;

/**
 * Who this member is in its group, in {@code member.json} of the data directory. Without the file
 * it stands alone.
 *
 * @param address HOST:PORT at which the other members reach it
 * @param url at which clients reach its API
 * @param founding whether the group began with it
 */
record MemberFile(String id, UUID group, String address, String url, boolean founding) {

  static final String NAME = "member.json";
  private static final String ID = "member-id";

  static Optional<MemberFile> read(Path directory) {
    Path file = directory.resolve(NAME);
    try {
      if (Files.notExists(file)) {
        return Optional.empty();
      }
      return Optional.of(of(Json.MAPPER.readTree(Files.readAllBytes(file))));
    } catch (IOException | IllegalArgumentException e) {
      throw new StartFailure("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  /** A member's that has no file yet, for when somebody joins it. */
  static MemberFile future(String id, String address, String url, Ids ids) {
    return new MemberFile(id, UUID.fromString(ids.uid()), address, url, true);
  }

  /** How a member is called that has no file yet: at each start the same. */
  static String ownId(Path directory, Ids ids) {
    Path file = directory.resolve(ID);
    try {
      if (Files.notExists(file)) {
        SecretFiles.write(directory, ID, newId(ids).getBytes(StandardCharsets.US_ASCII));
      }
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw new StartFailure("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  /** A name that no member ever had. */
  static String newId(Ids ids) {
    return ids.uid().replace("-", "").substring(0, 8);
  }

  /**
   * @throws IllegalArgumentException when it is none
   */
  static MemberFile of(JsonNode json) {
    return new MemberFile(
        json.path("id").asText(),
        UUID.fromString(json.path("group").asText()),
        json.path("address").asText(),
        json.path("url").asText(),
        json.path("founding").asBoolean());
  }

  void write(Path directory) {
    SecretFiles.write(directory, NAME, Json.bytes(json()));
  }

  ObjectNode json() {
    return Json.object()
        .put("id", id)
        .put("group", group.toString())
        .put("address", address)
        .put("url", url)
        .put("founding", founding);
  }
}
