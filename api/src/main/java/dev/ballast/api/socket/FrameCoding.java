package dev.ballast.api.socket;

import dev.ballast.core.node.Frame;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocketFrame;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/** How a frame becomes a WebSocket message: the channel first, then the data. Pure. */
enum FrameCoding {

  /** The channel as one byte, the data as they are: {@code v4}, {@code v5.channel.k8s.io}. */
  BINARY {
    @Override
    WebSocketFrame encode(byte channel, byte[] data) {
      return WebSocketFrame.binaryFrame(
          Buffer.buffer(data.length + 1).appendByte(channel).appendBytes(data), true);
    }

    @Override
    Optional<Frame> decode(byte[] message) {
      return message.length == 0
          ? Optional.empty()
          : Optional.of(new Frame(message[0], Arrays.copyOfRange(message, 1, message.length)));
    }
  },

  /** The channel as a digit, the data in base64, as text: {@code base64.channel.k8s.io}. */
  BASE64 {
    @Override
    WebSocketFrame encode(byte channel, byte[] data) {
      return WebSocketFrame.textFrame(
          (char) ('0' + channel) + Base64.getEncoder().encodeToString(data), true);
    }

    @Override
    Optional<Frame> decode(byte[] message) {
      if (message.length == 0) {
        return Optional.empty();
      }
      try {
        String text = new String(message, 1, message.length - 1, StandardCharsets.US_ASCII);
        return Optional.of(new Frame((byte) (message[0] - '0'), Base64.getDecoder().decode(text)));
      } catch (IllegalArgumentException notBase64) {
        return Optional.empty();
      }
    }
  };

  abstract WebSocketFrame encode(byte channel, byte[] data);

  /** Empty for a message that says nothing. */
  abstract Optional<Frame> decode(byte[] message);
}
