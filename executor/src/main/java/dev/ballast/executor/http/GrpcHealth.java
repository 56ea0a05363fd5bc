package dev.ballast.executor.http;

import dev.ballast.core.container.PodConnection;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * One {@code grpc.health.v1.Health/Check} over plain HTTP/2 with prior knowledge, and no more of
 * HTTP/2 than that takes (RFC 9113): one stream, headers that are sent uncompressed and not read.
 * What tells is the message: a server that answers with an error sends none. Blocks; the caller
 * closes the connection to end it.
 */
public final class GrpcHealth {

  /** The {@code ServingStatus} of the protocol. */
  private static final String[] STATUS = {"UNKNOWN", "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN"};

  private static final byte[] PREFACE =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int RST_STREAM = 3;
  private static final int SETTINGS = 4;
  private static final int PING = 6;
  private static final int GOAWAY = 7;

  private static final int END_STREAM = 1;
  private static final int ACK = 1;
  private static final int END_HEADERS = 4;
  private static final int PADDED = 8;

  /** A health answer has a few bytes; headers of some servers have more. */
  private static final int LONGEST_FRAME = 1 << 20;

  private final DataInputStream in;
  private final OutputStream out;

  private GrpcHealth(PodConnection connection) {
    this.in = new DataInputStream(connection.input());
    this.out = connection.output();
  }

  /**
   * Asks for a service, "" for the server as a whole.
   *
   * @return SERVING, NOT_SERVING, UNKNOWN or SERVICE_UNKNOWN; "" when the server answers without a
   *     message, as one does that knows no health service or not this name
   * @throws IOException when what answers does not speak HTTP/2, or ends early
   */
  public static String check(PodConnection connection, String authority, String service)
      throws IOException {
    GrpcHealth health = new GrpcHealth(connection);
    health.ask(authority, service);
    return health.answer();
  }

  private void ask(String authority, String service) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(PREFACE);
    frame(all, SETTINGS, 0, 0, new byte[0]);
    ByteArrayOutputStream headers = new ByteArrayOutputStream();
    header(headers, ":method", "POST");
    header(headers, ":scheme", "http");
    header(headers, ":path", "/grpc.health.v1.Health/Check");
    header(headers, ":authority", authority);
    header(headers, "content-type", "application/grpc");
    header(headers, "te", "trailers");
    header(headers, "user-agent", "kube-probe/1.33");
    frame(all, HEADERS, END_HEADERS, 1, headers.toByteArray());
    frame(all, DATA, END_STREAM, 1, request(service));
    out.write(all.toByteArray());
    out.flush();
  }

  /** A length-prefixed, uncompressed message: field 1 is the service's name. */
  private static byte[] request(String service) {
    byte[] name = service.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    if (name.length > 0) {
      message.write(0x0a);
      for (int rest = name.length; ; rest >>>= 7) {
        message.write(rest < 0x80 ? rest : rest & 0x7f | 0x80);
        if (rest < 0x80) {
          break;
        }
      }
      message.writeBytes(name);
    }
    ByteArrayOutputStream framed = new ByteArrayOutputStream();
    framed.write(0);
    int size = message.size();
    framed.writeBytes(
        new byte[] {(byte) (size >> 24), (byte) (size >> 16), (byte) (size >> 8), (byte) size});
    framed.writeBytes(message.toByteArray());
    return framed.toByteArray();
  }

  /** HPACK (RFC 7541): a literal without indexing, with a new name, nothing compressed. */
  private static void header(ByteArrayOutputStream to, String name, String value) {
    to.write(0);
    for (String text : new String[] {name, value}) {
      byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
      int first = Math.min(bytes.length, 0x7f);
      to.write(first);
      if (first == 0x7f) {
        for (int rest = bytes.length - 0x7f; ; rest >>>= 7) {
          to.write(rest < 0x80 ? rest : rest & 0x7f | 0x80);
          if (rest < 0x80) {
            break;
          }
        }
      }
      to.writeBytes(bytes);
    }
  }

  private static void frame(
      ByteArrayOutputStream to, int type, int flags, int stream, byte[] payload) {
    int length = payload.length;
    to.writeBytes(
        new byte[] {(byte) (length >> 16), (byte) (length >> 8), (byte) length, (byte) type});
    to.write(flags);
    to.writeBytes(new byte[] {0, 0, 0, (byte) stream});
    to.writeBytes(payload);
  }

  private String answer() throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    boolean ended = false;
    while (!ended) {
      int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
      int type = in.readUnsignedByte();
      int flags = in.readUnsignedByte();
      int stream = in.readInt() & 0x7fffffff;
      if (length > LONGEST_FRAME) {
        throw new IOException("what answers does not speak HTTP/2");
      }
      byte[] payload = in.readNBytes(length);
      if (payload.length < length) {
        throw new EOFException("the server closed the link within its answer");
      }
      ended = stream == 1 && (type == DATA || type == HEADERS) && (flags & END_STREAM) != 0;
      switch (type) {
        case DATA -> body.writeBytes((flags & PADDED) == 0 ? payload : unpadded(payload));
        case SETTINGS, PING -> acknowledge(type, flags, payload);
        case RST_STREAM, GOAWAY -> ended = true;
        default -> {
          // Headers tell nothing that the message does not; windows are never full.
        }
      }
    }
    return status(body.toByteArray());
  }

  private static byte[] unpadded(byte[] payload) {
    return Arrays.copyOfRange(payload, 1, Math.max(1, payload.length - (payload[0] & 0xff)));
  }

  private void acknowledge(int type, int flags, byte[] payload) throws IOException {
    if ((flags & ACK) == 0) {
      ByteArrayOutputStream reply = new ByteArrayOutputStream();
      frame(reply, type, ACK, 0, type == PING ? payload : new byte[0]);
      out.write(reply.toByteArray());
      out.flush();
    }
  }

  /** Of a HealthCheckResponse only field 1 matters; protobuf leaves out the value 0. */
  private static String status(byte[] framed) {
    if (framed.length < 5) {
      return "";
    }
    boolean set = framed.length >= 7 && framed[5] == 0x08;
    int value = set ? framed[6] : 0;
    return value >= 0 && value < STATUS.length ? STATUS[value] : "UNKNOWN";
  }
}
