package dev.ballast.app.real;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/** What a process listens on, as the kernel says, and what a stranger gets to hear there. */
final class Listeners {

  private Listeners() {}

  /** What a member listens on beyond loopback speaks TLS and nothing else, to members or users. */
  static void check(ServerProcess member) throws Exception {
    Set<String> checked = new HashSet<>();
    for (String at : of(member.pid())) {
      String host = at.substring(0, at.lastIndexOf(':'));
      int port = Integer.parseInt(at.substring(at.lastIndexOf(':') + 1));
      if (!InetAddress.getByName(host).isLoopbackAddress() && checked.add(at)) {
        assertEquals("", inClear(host, port), at + " answers in clear");
        if (!member.url().endsWith(":" + port)) {
          assertThrows(IOException.class, () -> withoutCertificate(host, port), at);
        }
      }
    }
  }

  /** Each as ADDRESS:PORT. */
  static List<String> of(long pid) throws IOException {
    Set<String> inodes = new HashSet<>();
    try (Stream<Path> files = Files.list(Path.of("/proc/" + pid + "/fd"))) {
      for (Path file : files.toList()) {
        try {
          String target = Files.readSymbolicLink(file).toString();
          if (target.startsWith("socket:[")) {
            inodes.add(target.substring(8, target.length() - 1));
          }
        } catch (IOException closed) {
          continue;
        }
      }
    }
    return Stream.of("/proc/net/tcp", "/proc/net/tcp6")
        .flatMap(Listeners::lines)
        .map(line -> line.strip().split("\\s+"))
        .filter(row -> row[3].equals("0A") && inodes.contains(row[9]))
        .map(row -> text(row[1]))
        .toList();
  }

  private static Stream<String> lines(String file) {
    try {
      return Files.readAllLines(Path.of(file)).stream().skip(1);
    } catch (IOException e) {
      return Stream.of();
    }
  }

  /** The kernel writes each four bytes of an address as one number of this machine's order. */
  private static String text(String hexadecimal) {
    byte[] bytes = HexFormat.of().parseHex(hexadecimal.substring(0, hexadecimal.indexOf(':')));
    byte[] address = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      address[i] = bytes[i / 4 * 4 + 3 - i % 4];
    }
    int port = Integer.parseInt(hexadecimal.substring(hexadecimal.indexOf(':') + 1), 16);
    try {
      return InetAddress.getByAddress(address).getHostAddress() + ":" + port;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String inClear(String host, int port) throws IOException {
    try (Socket socket = new Socket(host, port)) {
      socket.setSoTimeout(2000);
      socket
          .getOutputStream()
          .write("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      String answer = new String(socket.getInputStream().readNBytes(4), StandardCharsets.US_ASCII);
      return answer.equals("HTTP") ? answer : "";
    } catch (IOException refused) {
      return "";
    }
  }

  private static void withoutCertificate(String host, int port) throws Exception {
    try (SSLSocket socket = link(host, port)) {
      // In TLS 1.3 the refusal comes with the first answer.
      socket.getOutputStream().write(new byte[] {0});
      socket.getOutputStream().flush();
      if (socket.getInputStream().read() < 0) {
        throw new IOException("the member hung up");
      }
    }
  }

  /** What a server shows to anybody. */
  static X509Certificate certificate(String host, int port) throws Exception {
    try (SSLSocket socket = link(host, port)) {
      return (X509Certificate) socket.getSession().getPeerCertificates()[0];
    }
  }

  private static SSLSocket link(String host, int port) throws Exception {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {new Anyone()}, new SecureRandom());
    SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(host, port);
    try {
      socket.setSoTimeout(5000);
      socket.startHandshake();
      return socket;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  private static final class Anyone implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
