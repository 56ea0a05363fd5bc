package dev.ballast.api.wire;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.function.Function;

/** Reads request bodies in every format that clients send. Thread-safe. */
public final class Bodies {

  private final Function<byte[], ObjectNode> protobuf;

  /**
   * @param protobuf reads {@code application/vnd.kubernetes.protobuf}; throws
   *     IllegalArgumentException with a message for a person when it cannot
   */
  public Bodies(Function<byte[], ObjectNode> protobuf) {
    this.protobuf = protobuf;
  }

  /** For a server without protobuf: such bodies are refused. */
  public static Function<byte[], ObjectNode> noProtobuf() {
    return body -> {
      throw new IllegalArgumentException("this server reads no protobuf");
    };
  }

  /**
   * @param contentType "" counts as JSON, as old clients expect
   */
  public Body read(String contentType, byte[] body) {
    return switch (MediaType.parse(contentType).name()) {
      case "", "json", MediaType.JSON, "text/json" -> JsonBodies.read(body);
      case MediaType.YAML, "text/yaml", "application/x-yaml" -> YamlBodies.read(body);
      case MediaType.PROTOBUF -> protobuf(body);
      default -> new Body.Unsupported(contentType);
    };
  }

  private Body protobuf(byte[] body) {
    try {
      return new Body.Decoded(protobuf.apply(body), List.of());
    } catch (IllegalArgumentException e) {
      return new Body.Malformed(e.getMessage());
    }
  }

  /** A patch's body: JSON or YAML, whatever kind of patch it is. */
  public static Body patch(boolean yaml, byte[] body) {
    return yaml ? YamlBodies.read(body) : JsonBodies.read(body);
  }
}
