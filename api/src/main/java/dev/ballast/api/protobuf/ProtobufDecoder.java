package dev.ballast.api.protobuf;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.ballast.core.resource.Json;
import dev.ballast.kinds.builtin.BuiltinKinds;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads {@code application/vnd.kubernetes.protobuf}: four magic bytes, an envelope that names the
 * type, and the object's message. Immutable and thread-safe.
 */
public final class ProtobufDecoder {

  private static final byte[] MAGIC = {'k', '8', 's', 0};

  private final MessageTypes types;

  public ProtobufDecoder(BuiltinKinds kinds) {
    types = new MessageTypes(kinds);
  }

  /**
   * The same object as JSON would have it.
   *
   * @throws IllegalArgumentException saying what is wrong with the body
   */
  public ObjectNode decode(byte[] body) {
    if (body.length < MAGIC.length
        || !Arrays.equals(body, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
      throw new IllegalArgumentException(
          "provided data does not appear to be a protobuf message, expected prefix "
              + Arrays.toString(MAGIC));
    }
    try {
      return object(Envelope.read(body, MAGIC.length));
    } catch (InvalidProtocolBufferException | JsonProcessingException broken) {
      throw new IllegalArgumentException(
          "the protobuf body is broken: " + broken.getMessage(), broken);
    }
  }

  private ObjectNode object(Envelope envelope)
      throws InvalidProtocolBufferException, JsonProcessingException {
    String apiVersion = envelope.apiVersion();
    String kind = envelope.kind();
    if (envelope.contentType().equals("application/json")) {
      JsonNode tree = Json.MAPPER.readTree(envelope.raw().toString(StandardCharsets.UTF_8));
      if (tree instanceof ObjectNode object) {
        return object;
      }
      throw new IllegalArgumentException("the body holds no object");
    }
    MessageTypes.Type type =
        types
            .find(apiVersion, kind)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "no kind \"%s\" is registered for version \"%s\""
                            .formatted(kind, apiVersion)));
    ObjectNode object = Json.object().put("apiVersion", apiVersion).put("kind", kind);
    DynamicMessage message = DynamicMessage.parseFrom(type.message(), envelope.raw());
    MessageTree.into(object, message, type.schema());
    return object;
  }
}
