package dev.ballast.executor.docker;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The image of a pod's sandbox, made here so that a node needs no registry: one static program of a
 * few instructions that lets the kernel reap its children (it is process 1 of a pod that shares its
 * process namespace) and then waits for ever; beside it {@link JoinProgram}, where there is one.
 * Pure.
 */
final class PauseImage {

  static final String REFERENCE = "ballast.local/pause:2";
  static final String PROGRAM = "/pause";

  private static final long BASE = 0x400000;
  private static final int HEADERS = 64 + 56;

  /** The largest page of either processor. */
  private static final long PAGE = 0x10000;

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

  /** The same; this processor has no pause call, so {@code ppoll} on nothing waits instead. */
  private static final int[] AARCH64 = {
    0xd28010c8, // mov x8, rt_sigaction
    0xd2800220, // mov x0, SIGCHLD
    0x10000181, // adr x1, the sigaction below
    0xd2800002, // mov x2, 0
    0xd2800103, // mov x3, 8
    0xd4000001, // svc
    0xd2800928, // mov x8, ppoll
    0xd2800000, // mov x0, 0
    0xd2800001, // mov x1, 0
    0xd2800002, // mov x2, 0
    0xd2800003, // mov x3, 0
    0xd2800004, // mov x4, 0
    0xd4000001, // svc
    0x17fffff9, // b to the second mov x8
  };

  private PauseImage() {}

  /** A root file system as a tar, or empty for a processor that we have no program for. */
  static Optional<byte[]> tar(String architecture) {
    return switch (architecture) {
      case "x86_64", "amd64" -> {
        ByteArrayOutputStream tar = new ByteArrayOutputStream();
        append(tar, PROGRAM, elf(62, withIgnore(bytes(X86_64))));
        append(tar, JoinProgram.PATH, elf(62, JoinProgram.bytes()));
        yield Optional.of(ended(tar));
      }
      case "aarch64", "arm64" -> {
        ByteArrayOutputStream tar = new ByteArrayOutputStream();
        append(tar, PROGRAM, elf(183, withIgnore(words(AARCH64))));
        yield Optional.of(ended(tar));
      }
      default -> Optional.empty();
    };
  }

  private static byte[] bytes(int[] code) {
    byte[] bytes = new byte[code.length];
    for (int i = 0; i < code.length; i++) {
      bytes[i] = (byte) code[i];
    }
    return bytes;
  }

  private static byte[] words(int[] code) {
    ByteBuffer out = ByteBuffer.allocate(4 * code.length).order(ByteOrder.LITTLE_ENDIAN);
    for (int word : code) {
      out.putInt(word);
    }
    return out.array();
  }

  private static byte[] withIgnore(byte[] code) {
    ByteBuffer out = ByteBuffer.allocate(code.length + 32).order(ByteOrder.LITTLE_ENDIAN);
    out.put(code);
    out.putLong(1).putLong(0).putLong(0).putLong(0); // sigaction: handler SIG_IGN
    return out.array();
  }

  /**
   * @param machine ELF's number of the processor
   */
  private static byte[] elf(int machine, byte[] code) {
    int size = HEADERS + code.length;
    ByteBuffer out = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    out.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1, 0}).putLong(0);
    out.putShort((short) 2).putShort((short) machine).putInt(1); // executable
    out.putLong(BASE + HEADERS).putLong(64).putLong(0).putInt(0);
    out.putShort((short) 64).putShort((short) 56).putShort((short) 1);
    out.putShort((short) 0).putShort((short) 0).putShort((short) 0);
    out.putInt(1).putInt(5).putLong(0).putLong(BASE).putLong(BASE); // load, read and execute
    out.putLong(size).putLong(size).putLong(PAGE);
    return out.put(code).array();
  }

  private static byte[] ended(ByteArrayOutputStream tar) {
    tar.writeBytes(new byte[1024]);
    return tar.toByteArray();
  }

  private static void append(ByteArrayOutputStream tar, String path, byte[] content) {
    byte[] header = new byte[512];
    text(header, 0, path.substring(1));
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
    tar.writeBytes(header);
    tar.writeBytes(content);
    tar.writeBytes(new byte[(512 - content.length % 512) % 512]);
  }

  private static void text(byte[] header, int at, String value) {
    byte[] bytes = value.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(bytes, 0, header, at, bytes.length);
  }
}
