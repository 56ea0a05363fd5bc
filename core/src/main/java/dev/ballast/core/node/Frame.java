package dev.ballast.core.node;

import java.nio.charset.StandardCharsets;

/**
 * One message of a node stream: a channel number and bytes. The channels are those of Kubernetes'
 * {@code v5.channel.k8s.io}, so that exec and attach pass through unchanged.
 */
public record Frame(byte channel, byte[] data) {

  public static final byte STDIN = 0;
  public static final byte STDOUT = 1;
  public static final byte STDERR = 2;

  /** A Kubernetes Status as JSON: how the stream ended. */
  public static final byte ERROR = 3;

  /** Terminal size as JSON {@code {"Width":..,"Height":..}}. */
  public static final byte RESIZE = 4;

  /** JSON {@link StreamRequest.HttpHead}. */
  public static final byte HEAD = 16;

  /** One data byte: the channel that its sender will write no more (v5's half-close). */
  public static final byte CLOSE = (byte) 255;

  public static Frame text(byte channel, String text) {
    return new Frame(channel, text.getBytes(StandardCharsets.UTF_8));
  }
}
