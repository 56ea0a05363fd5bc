package dev.ballast.executor.docker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PauseImageTest {

  private static final int TAR_HEAD = 512;

  @ParameterizedTest
  @CsvSource({"x86_64,62", "amd64,62", "aarch64,183", "arm64,183"})
  void everyProcessorGetsItsOwnProgram(String architecture, int machine) {
    byte[] tar = PauseImage.tar(architecture).orElseThrow();
    ByteBuffer elf = ByteBuffer.wrap(tar).order(ByteOrder.LITTLE_ENDIAN);
    assertEquals(0x464c457f, elf.getInt(TAR_HEAD), "ELF");
    assertEquals(machine, elf.getShort(TAR_HEAD + 18));
    long entry = elf.getLong(TAR_HEAD + 24);
    long loaded = elf.getLong(TAR_HEAD + 64 + 16);
    long size = elf.getLong(TAR_HEAD + 64 + 32);
    assertEquals(120, entry - loaded, "the code follows the headers");
    assertEquals(1, elf.getLong((int) (TAR_HEAD + size - 32)), "SIGCHLD is ignored");
    assertEquals(0, (size - 32) % 4, "an address that adr can form");
  }

  @Test
  void anUnknownProcessorGetsNone() {
    assertTrue(PauseImage.tar("riscv64").isEmpty());
  }
}
