package dev.ballast.executor.docker;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The image of a pod's sandbox, made here so that a node needs no registry: one static program of a
 * few instructions that lets the kernel reap its children (it is process 1 of a pod that shares its
 * process namespace) and then waits for ever. Pure.
 */
final class PauseImage {

  static final String REFERENCE = "ballast.local/pause:1";
  static final String PROGRAM = "/pause";

  private static final long BASE = 0x400000;
  private static final int HEADERS = 64 + 56;

  /** {@code sigaction(SIGCHLD, {SIG_IGN}); for (;;) pause();} */
  private static final int[] X86_64 = {
    0xb8, 13, 0, 0, 0, // mov eax, rt_sigaction
    0xbf, 17, 0, 0, 0, // mov edi, SIGCHLD
    0x48, 0x8d, 0x35, 19, 0, 0, 0, // lea rsi, [rip+19]: the sigaction below
    0x31, 0xd2, // xor edx, edx
    0x41, 0xba, 8, 0, 0, 0, // mov r10d, 8
    0x0f, 0x05, // syscall
    0xb8, 34, 0, 0, 0, // mov eax, pause
    0x0f, 0x05, // syscall
    0xeb, 0xf7, // jmp to the second mov
  };

  private PauseImage() {}

  /** A root file system as a tar, or empty for a processor that we have no program for. */
  static Optional<byte[]> tar(String architecture) {
    return switch (architecture) {
      case "x86_64", "amd64" -> Optional.of(tarOf("pause", elf(X86_64)));
      default -> Optional.empty();
    };
  }

  private static byte[] elf(int[] code) {
    int size = HEADERS + code.length + 32;
    ByteBuffer out = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    out.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1, 0}).putLong(0);
    out.putShort((short) 2).putShort((short) 62).putInt(1); // executable, x86-64
    out.putLong(BASE + HEADERS).putLong(64).putLong(0).putInt(0);
    out.putShort((short) 64).putShort((short) 56).putShort((short) 1);
    out.putShort((short) 0).putShort((short) 0).putShort((short) 0);
    out.putInt(1).putInt(5).putLong(0).putLong(BASE).putLong(BASE); // load, read and execute
    out.putLong(size).putLong(size).putLong(0x1000);
    for (int b : code) {
      out.put((byte) b);
    }
    out.putLong(1).putLong(0).putLong(0).putLong(0); // sigaction: handler SIG_IGN
    return out.array();
  }

  private static byte[] tarOf(String name, byte[] content) {
    byte[] header = new byte[512];
    text(header, 0, name);
    text(header, 100, "0000755");
    text(header, 108, "0000000");
    text(header, 116, "0000000");
    text(header, 124, String.format("%011o", content.length));
    text(header, 136, "00000000000");
    text(header, 148, "        ");
    header[156] = '0';
    text(header, 257, "ustar");
    text(header, 263, "00");
    int sum = 0;
    for (byte b : header) {
      sum += b & 0xff;
    }
    text(header, 148, String.format("%06o", sum));
    header[154] = 0;
    ByteArrayOutputStream tar = new ByteArrayOutputStream();
    tar.writeBytes(header);
    tar.writeBytes(content);
    tar.writeBytes(new byte[(512 - content.length % 512) % 512 + 1024]);
    return tar.toByteArray();
  }

  private static void text(byte[] header, int at, String value) {
    byte[] bytes = value.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(bytes, 0, header, at, bytes.length);
  }
}
