package dev.ballast.executor.docker;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/**
 * The program of a sandbox that takes a network made ahead: it moves into the network namespace
 * that lies mounted at {@link #NAMESPACE}, gives up all capabilities for good, lets the kernel reap
 * its children and waits for ever. If it cannot move it ends with code 1. Pure.
 */
final class JoinProgram {

  static final String PATH = "/join";
  static final String NAMESPACE = "/netns";

  private static final Set<String> PROCESSORS = Set.of("x86_64", "amd64");

  /**
   * {@code setns(open(NAMESPACE)); prctl(PR_CAPBSET_DROP, CAP_SYS_ADMIN); capset(none)}, each of
   * which must succeed, {@code sigaction(SIGCHLD, {SIG_IGN}); for (;;) pause();}
   */
  private static final int[] X86_64 = {
    0xb8, 2, 0, 0, 0, // mov eax, open
    0x48, 0x8d, 0x3d, 0xb6, 0, 0, 0, // lea rdi, NAMESPACE
    0x31, 0xf6, // xor esi, esi: read only
    0xf, 5, // syscall
    0x89, 0xc7, // mov edi, eax: what was opened
    0xbe, 0, 0, 0, 0x40, // mov esi, CLONE_NEWNET
    0xb8, 0x34, 1, 0, 0, // mov eax, setns
    0xf, 5, // syscall
    0x85, 0xc0, // test eax, eax
    0x75, 0x54, // jnz fail
    0xb8, 0x9d, 0, 0, 0, // mov eax, prctl
    0xbf, 0x18, 0, 0, 0, // mov edi, PR_CAPBSET_DROP
    0xbe, 0x15, 0, 0, 0, // mov esi, CAP_SYS_ADMIN
    0x31, 0xd2, // xor edx, edx
    0xf, 5, // syscall
    0x85, 0xc0, // test eax, eax
    0x75, 0x3d, // jnz fail
    0xb8, 0x7e, 0, 0, 0, // mov eax, capset
    0x48, 0x8d, 0x3d, 0x5d, 0, 0, 0, // lea rdi, its header
    0x48, 0x8d, 0x35, 0x5e, 0, 0, 0, // lea rsi, no capabilities
    0xf, 5, // syscall
    0x85, 0xc0, // test eax, eax
    0x75, 0x24, // jnz fail
    0xb8, 0xd, 0, 0, 0, // mov eax, rt_sigaction
    0xbf, 0x11, 0, 0, 0, // mov edi, SIGCHLD
    0x48, 0x8d, 0x35, 0x1f, 0, 0, 0, // lea rsi, IGNORE
    0x31, 0xd2, // xor edx, edx
    0x41, 0xba, 8, 0, 0, 0, // mov r10d, 8
    0xf, 5, // syscall
    0xb8, 0x22, 0, 0, 0, // mov eax, pause
    0xf, 5, // syscall
    0xeb, 0xf7, // jmp to the mov
    0xbf, 1, 0, 0, 0, // fail: mov edi, 1
    0xb8, 0x3c, 0, 0, 0, // mov eax, exit
    0xf, 5, // syscall
  };

  private JoinProgram() {}

  /** Whether there is one for this processor. */
  static boolean exists(String architecture) {
    return PROCESSORS.contains(architecture);
  }

  /** The code, and behind it what it points to, in the order of its offsets. */
  static byte[] bytes() {
    ByteBuffer out = ByteBuffer.allocate(X86_64.length + 71).order(ByteOrder.LITTLE_ENDIAN);
    for (int b : X86_64) {
      out.put((byte) b);
    }
    out.putLong(1).putLong(0).putLong(0).putLong(0); // sigaction: handler SIG_IGN
    out.putInt(0x20080522).putInt(0); // capset's header: version 3, this process
    out.putLong(0).putLong(0).putLong(0); // no capability in any set
    return out.put((NAMESPACE + "\0").getBytes(StandardCharsets.US_ASCII)).array();
  }
}
