package dev.ballast.executor;

import static dev.ballast.executor.DockerCluster.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ballast.core.resource.ObjectKey;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a pod's containers may do, seen from inside them. */
@Tag("docker")
class ConfinementOnDockerTest extends OnDocker {

  private static final String MODE = "grep ^Seccomp: /proc/self/status | tr -dc 0-9";

  private static String seccomp(String profile) {
    return "\"securityContext\":{\"seccompProfile\":{" + profile + "}}";
  }

  @Test
  void seccompProfilesReachTheKernel() throws Exception {
    assertEquals("2", run("dflt", MODE, "", seccomp("\"type\":\"RuntimeDefault\"")));
    assertEquals("0", run("free", MODE, "", seccomp("\"type\":\"Unconfined\"")));
    assertEquals(
        "2",
        run(
            "own",
            MODE,
            seccomp("\"type\":\"RuntimeDefault\""),
            seccomp("\"type\":\"Unconfined\"")),
        "a container's own goes first");
    Files.writeString(
        Files.createDirectories(data.resolve("seccomp")).resolve("no-mkdir.json"),
        """
        {"defaultAction":"SCMP_ACT_ALLOW","syscalls":[
         {"names":["mkdir","mkdirat"],"action":"SCMP_ACT_ERRNO"}]}
        """);
    assertEquals(
        "denied\n",
        run(
            "local",
            "mkdir /tmp/x 2>/dev/null || echo denied",
            "",
            seccomp("\"type\":\"Localhost\",\"localhostProfile\":\"no-mkdir.json\"")));
    ObjectKey missing =
        script("gone", "true", "", seccomp("\"type\":\"Localhost\",\"localhostProfile\":\"x\""));
    await(() -> waiting(missing).equals("CreateContainerError"));
    assertTrue(message(missing).startsWith("cannot load seccomp profile"), message(missing));
  }

  private String message(ObjectKey pod) {
    return cluster.container(pod, 0).at("/state/waiting/message").asText();
  }

  @Test
  void appArmorIsPassedOn() throws Exception {
    String free = "\"securityContext\":{\"appArmorProfile\":{\"type\":\"Unconfined\"}}";
    assertEquals("ran\n", run("free", "echo ran", free, ""));
    ObjectKey pod =
        script(
            "own",
            "echo ran",
            "\"securityContext\":{\"appArmorProfile\":"
                + "{\"type\":\"Localhost\",\"localhostProfile\":\"no-such-profile\"}}",
            "");
    await(
        () ->
            isOver(pod)
                || waiting(pod).equals("CreateContainerError")
                || waiting(pod).equals("RunContainerError"));
    assertFalse(cluster.phase(pod).equals("Succeeded"), "a profile that is not there is not run");
  }

  @Test
  void capabilitiesAreGivenAndTaken() throws Exception {
    String output =
        run(
            "caps",
            "grep CapEff /proc/self/status | cut -f2",
            """
            "securityContext":{"capabilities":{"drop":["ALL"],"add":["NET_BIND_SERVICE","CAP_CHOWN"]}}
            """,
            "");
    assertEquals(1L << 10 | 1, Long.parseLong(output.strip(), 16));
    ObjectKey unknown =
        script("odd", "true", "\"securityContext\":{\"capabilities\":{\"add\":[\"FLY\"]}}", "");
    await(() -> waiting(unknown).equals("CreateContainerError"));
    assertEquals("invalid capability \"FLY\": Linux has none of that name", message(unknown));
  }

  @Test
  void privilegeGroupsAndKernelParametersAreSet() throws Exception {
    String output =
        run(
            "set",
            "cat /proc/sys/net/ipv4/ip_unprivileged_port_start; id -G; grep NoNewPrivs"
                + " /proc/self/status | cut -f2; cat /proc/sys/kernel/shm_rmid_forced",
            "\"securityContext\":{\"allowPrivilegeEscalation\":false}",
            """
            "securityContext":{"runAsUser":7,"runAsGroup":8,"fsGroup":9,"supplementalGroups":[10],
             "sysctls":[{"name":"net.ipv4.ip_unprivileged_port_start","value":"81"},
                        {"name":"kernel.shm_rmid_forced","value":"1"}]}
            """);
    assertEquals("81\n8 9 10\n1\n1\n", output.replace("8 10 9", "8 9 10"));
  }

  @Test
  void thePodMaySeeTheMachinesNamespaces() throws Exception {
    String look = "for n in pid ipc net; do readlink /proc/self/ns/$n; done";
    String host =
        Files.readSymbolicLink(java.nio.file.Path.of("/proc/self/ns/pid"))
            + "\n"
            + Files.readSymbolicLink(java.nio.file.Path.of("/proc/self/ns/ipc"))
            + "\n"
            + Files.readSymbolicLink(java.nio.file.Path.of("/proc/self/ns/net"))
            + "\n";
    ObjectKey all =
        script("all", look, "", "\"hostPID\":true,\"hostIPC\":true,\"hostNetwork\":true");
    await(() -> isOver(all));
    assertEquals(host, cluster.logs(all, "app"));
    assertEquals(cluster.status(all).path("hostIP"), cluster.status(all).path("podIP"));
    String own = run("own", look, "", "");
    for (String line : host.split("\n")) {
      assertFalse(own.contains(line), own);
    }
  }

  @Test
  void limitsAreCgroupSettings() throws Exception {
    String output =
        run(
            "lim",
            "cd /sys/fs/cgroup; cat memory.max 2>/dev/null || cat memory/memory.limit_in_bytes;"
                + " cat cpu.max 2>/dev/null || echo $(cat cpu/cpu.cfs_quota_us cpu/cpu.cfs_period_us);"
                + " cat cpu.weight 2>/dev/null || cat cpu/cpu.shares",
            "\"resources\":{\"requests\":{\"cpu\":\"100m\"},\"limits\":{\"cpu\":\"250m\",\"memory\":\"32Mi\"}}",
            "");
    String[] lines = output.split("\n");
    assertEquals(Long.toString(32 << 20), lines[0]);
    assertEquals("25000 100000", lines[1]);
    assertTrue(lines[2].equals("102") || lines[2].equals("4"), "shares or weight: " + lines[2]);
  }

  @Test
  void namesAreResolvedAsThePodAsks() throws Exception {
    String output =
        run(
            "dns",
            "cat /etc/resolv.conf; grep first.example /etc/hosts",
            "",
            """
            "dnsPolicy":"None","dnsConfig":{"nameservers":["192.0.2.53"],"searches":["a.example"],
              "options":[{"name":"ndots","value":"3"}]},
            "hostAliases":[{"ip":"192.0.2.9","hostnames":["first.example","second.example"]}]
            """);
    assertTrue(output.contains("nameserver 192.0.2.53"), output);
    assertTrue(output.contains("search a.example"), output);
    assertTrue(output.contains("options ndots:3"), output);
    assertTrue(output.contains("192.0.2.9"), output);
  }

  @Test
  void whatThePodAsksOfDnsAddsToWhatTheMachineHas() throws Exception {
    String config =
        """
        "dnsConfig":{"nameservers":["192.0.2.53"],"searches":["pod.example"],
          "options":[{"name":"ndots","value":"4"}]}
        """;
    String look = "cat /etc/resolv.conf";
    List<String> machine = lines(run("plain", look, "", ""), "nameserver");
    assertFalse(machine.isEmpty(), "the engine gives its pods a name server");
    for (String policy : List.of("ClusterFirst", "Default")) {
      String output =
          run(policy.toLowerCase(), look, "", "\"dnsPolicy\":\"" + policy + "\"," + config);
      List<String> servers = new ArrayList<>(machine);
      servers.add("nameserver 192.0.2.53");
      assertEquals(servers, lines(output, "nameserver"), policy);
      assertTrue(output.contains("pod.example"), output);
      assertTrue(output.contains("ndots:4"), output);
    }
    String alone = run("none", look, "", "\"dnsPolicy\":\"None\"," + config);
    assertEquals(List.of("nameserver 192.0.2.53"), lines(alone, "nameserver"));
    assertEquals(List.of("search pod.example"), lines(alone, "search"));
  }

  private static List<String> lines(String file, String first) {
    return file.lines().filter(line -> line.startsWith(first)).toList();
  }
}
