package dev.ballast.api.openapi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.resource.Json;
import dev.ballast.kinds.Kind;
import dev.ballast.kinds.KindRegistry;
import dev.ballast.kinds.schema.SchemaCatalog;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The documents that describe the API, made from the kinds. Pure: the same kinds give the same
 * bytes. Making them costs some tens of milliseconds, so callers keep them.
 */
public final class OpenApiDocuments {

  private final List<Kind> kinds;
  private final SchemaCatalog types;

  /**
   * @param types the types of bodies that are no kinds
   */
  public OpenApiDocuments(KindRegistry kinds, SchemaCatalog types) {
    this.kinds = kinds.all();
    this.types = types;
  }

  /** {@code /openapi/v2} as JSON. */
  public byte[] v2Json() {
    return Json.bytes(OpenApiV2.document(kinds, types));
  }

  /** {@code /openapi/v2} as the message openapi.v2.Document. */
  public byte[] v2Protobuf() {
    return SwaggerProtobuf.encode(OpenApiV2.document(kinds, types));
  }

  /** {@code api/v1}, {@code apis/apps/v1} and so on to the document of that group and version. */
  public Map<String, byte[]> v3() {
    Map<String, byte[]> documents = new TreeMap<>();
    for (Kind kind : kinds) {
      documents.computeIfAbsent(
          folder(kind),
          folder ->
              Json.bytes(
                  OpenApiV3.document(
                      kinds,
                      kinds.stream().filter(k -> folder(k).equals(folder)).toList(),
                      types)));
    }
    return documents;
  }

  /** {@code /openapi/v3}: where each document is, with a hash by which clients cache it. */
  public static byte[] v3Index(Map<String, byte[]> documents) {
    ObjectNode index = Json.object();
    ObjectNode paths = index.putObject("paths");
    documents.forEach(
        (folder, document) ->
            paths
                .putObject(folder)
                .put("serverRelativeURL", "/openapi/v3/" + folder + "?hash=" + hash(document)));
    return Json.bytes(index);
  }

  /** Upper-case hexadecimal, as the hashes of kube-apiserver are. */
  static String hash(byte[] document) {
    try {
      return HexFormat.of()
          .withUpperCase()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(document));
    } catch (NoSuchAlgorithmException everyJdkHasIt) {
      throw new IllegalStateException(everyJdkHasIt);
    }
  }

  private static String folder(Kind kind) {
    return kind.group().isEmpty()
        ? "api/" + kind.version()
        : "apis/" + kind.group() + "/" + kind.version();
  }
}
