package dev.ballast.executor.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachineIdsTest {

  @TempDir Path root;

  private void file(String name, String text) throws IOException {
    Path path = root.resolve(name);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }

  @Test
  void eachComesFromTheFirstPlaceThatHasIt() throws IOException {
    assertEquals(new MachineIds("", "", ""), MachineIds.of(root));
    file("etc/machine-id", "m\n");
    file("proc/sys/kernel/random/boot_id", "b\n");
    assertEquals(new MachineIds("m", "b", "m"), MachineIds.of(root));
    file("proc/device-tree/vm,uuid", "v\0");
    assertEquals(new MachineIds("m", "b", "v"), MachineIds.of(root));
    file("sys/class/dmi/id/product_uuid", "S\n");
    file("etc/machine-id", "\n");
    file("var/lib/dbus/machine-id", "d\n");
    assertEquals(new MachineIds("d", "b", "S"), MachineIds.of(root));
  }

  @Test
  void simulatedOnesDifferByNodeOnly() {
    assertEquals(MachineIds.simulated("a"), MachineIds.simulated("a"));
    assertNotEquals(MachineIds.simulated("a"), MachineIds.simulated("b"));
  }
}
