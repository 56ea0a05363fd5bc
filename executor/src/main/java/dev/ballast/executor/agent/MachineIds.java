package dev.ballast.executor.agent;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;

/**
 * What tells one machine from another in a node's status. Source: cAdvisor's machine information,
 * from which the kubelet takes them.
 *
 * @param machine of the installed system
 * @param boot of the kernel's current run
 * @param system of the hardware or virtual machine
 */
record MachineIds(String machine, String boot, String system) {

  private static final List<String> MACHINE = List.of("etc/machine-id", "var/lib/dbus/machine-id");
  private static final String BOOT = "proc/sys/kernel/random/boot_id";
  private static final List<String> SYSTEM =
      List.of(
          "sys/class/dmi/id/product_uuid",
          "proc/device-tree/system-id",
          "proc/device-tree/vm,uuid",
          "etc/machine-id");

  /**
   * Those of the machine whose files are below {@code root}; "" for one that cannot be read.
   *
   * @param root {@code /}
   */
  static MachineIds of(Path root) {
    return new MachineIds(first(root, MACHINE), first(root, List.of(BOOT)), first(root, SYSTEM));
  }

  /** Of a machine that is only simulated: always the same for the same node. */
  static MachineIds simulated(String node) {
    String system = UUID.nameUUIDFromBytes(node.getBytes(StandardCharsets.UTF_8)).toString();
    String boot =
        UUID.nameUUIDFromBytes(("boot " + node).getBytes(StandardCharsets.UTF_8)).toString();
    return new MachineIds(system.replace("-", ""), boot, system);
  }

  private static String first(Path root, List<String> files) {
    for (String file : files) {
      try {
        // Those of a device tree end with a zero byte.
        String text = Files.readString(root.resolve(file), StandardCharsets.ISO_8859_1);
        String id = text.replace("\0", "").strip();
        if (!id.isEmpty()) {
          return id;
        }
      } catch (IOException absent) {
        // The next place may have it.
      }
    }
    return "";
  }
}
