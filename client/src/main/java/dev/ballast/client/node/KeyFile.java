package dev.ballast.client.node;

import dev.ballast.core.identity.NodeProof;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.List;

/**
 * What an agent keeps of its identity, in its own directory: {@code node.key} (two lines of base64,
 * private key in PKCS#8 and public key) and {@code node.credential} (the newest token). Mode 0600;
 * each is written whole or not at all.
 */
record KeyFile(Path directory) {

  private static final String KEY = "node.key";
  private static final String TOKEN = "node.credential";

  /** The agent's key, made at its first start. */
  KeyPair key() throws IOException {
    Path file = directory.resolve(KEY);
    if (Files.notExists(file)) {
      KeyPair made = generate();
      Base64.Encoder base64 = Base64.getEncoder();
      write(
          file,
          base64.encodeToString(made.getPrivate().getEncoded())
              + "\n"
              + base64.encodeToString(made.getPublic().getEncoded())
              + "\n");
      return made;
    }
    try {
      List<String> lines = Files.readAllLines(file);
      KeyFactory factory = KeyFactory.getInstance("EC");
      Base64.Decoder base64 = Base64.getDecoder();
      PrivateKey secret =
          factory.generatePrivate(new PKCS8EncodedKeySpec(base64.decode(lines.get(0))));
      return new KeyPair(
          factory.generatePublic(new X509EncodedKeySpec(base64.decode(lines.get(1)))), secret);
    } catch (GeneralSecurityException | IllegalArgumentException | IndexOutOfBoundsException e) {
      throw new IOException(
          file + " holds no key of a node; restore it, or remove it and delete the Node", e);
    }
  }

  /** The token kept; "" when there is none. */
  String token() throws IOException {
    Path file = directory.resolve(TOKEN);
    return Files.exists(file) ? Files.readString(file).strip() : "";
  }

  void keep(String token) throws IOException {
    write(directory.resolve(TOKEN), token + "\n");
  }

  private static KeyPair generate() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec(NodeProof.CURVE));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK has no " + NodeProof.CURVE, e);
    }
  }

  private static void write(Path file, String content) throws IOException {
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    Files.deleteIfExists(fresh);
    Files.createFile(
        fresh, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.wrap(content.getBytes(StandardCharsets.US_ASCII));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
