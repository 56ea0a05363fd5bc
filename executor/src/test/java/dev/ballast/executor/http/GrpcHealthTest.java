package dev.ballast.executor.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ballast.core.container.PodConnection;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against answers written down byte by byte. */
class GrpcHealthTest {

  private static final String SETTINGS = "000000040000000000";
  private static final String HEADERS = "00000101040000000188";
  private static final String END = "00000101050000000188";

  private record Recorded(InputStream input, ByteArrayOutputStream sent) implements PodConnection {

    static Recorded of(String hex) {
      byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));
      return new Recorded(new ByteArrayInputStream(bytes), new ByteArrayOutputStream());
    }

    @Override
    public OutputStream output() {
      return sent;
    }

    @Override
    public Optional<Socket> socket() {
      return Optional.empty();
    }

    @Override
    public void close() {}
  }

  @ParameterizedTest
  @CsvSource({
    "000007000000000001 0000000002 0801, SERVING",
    "000007000000000001 0000000002 0802, NOT_SERVING",
    "000007000000000001 0000000002 0803, SERVICE_UNKNOWN",
    "000005000000000001 0000000000, UNKNOWN",
    "00000a000800000001 02 0000000002 0801 0000, SERVING",
    "000003000000000001 000000 000004000000000001 00020801, SERVING",
    "000008060000000000 0102030405060708 000007000000000001 0000000002 0801, SERVING",
    "'', ''",
  })
  void theMessageTells(String data, String status) throws IOException {
    Recorded server = Recorded.of(SETTINGS + HEADERS + data + END);
    assertEquals(status, GrpcHealth.check(server, "10.0.0.1:5000", ""));
  }

  @Test
  void aResetIsNoAnswer() throws IOException {
    assertEquals(
        "", GrpcHealth.check(Recorded.of(SETTINGS + "00000403000000000100000007"), "a", ""));
  }

  @Test
  void whatDoesNotSpeakHttp2IsSaidSo() {
    String page = HexFormat.of().formatHex("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes());
    assertThrows(IOException.class, () -> GrpcHealth.check(Recorded.of(page), "a", ""));
    assertThrows(IOException.class, () -> GrpcHealth.check(Recorded.of(SETTINGS), "a", ""));
  }

  @Test
  void theRequestNamesTheService() throws IOException {
    Recorded server = Recorded.of(SETTINGS + END);
    String service = "s".repeat(200);
    GrpcHealth.check(server, "a", service);
    String sent = server.sent().toString(StandardCharsets.ISO_8859_1);
    assertTrue(sent.startsWith("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"));
    assertTrue(sent.contains("/grpc.health.v1.Health/Check"));
    assertTrue(sent.contains("\n\u00c8\u0001" + service), "field 1, 200 bytes");
  }
}
