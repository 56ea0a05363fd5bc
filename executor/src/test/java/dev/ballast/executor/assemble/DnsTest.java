package dev.ballast.executor.assemble;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.executor.manifest.PodManifest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DnsTest {

  private static final Dns NODE =
      new Dns(
          List.of("127.0.0.53", "10.0.0.2"),
          List.of("node.example"),
          List.of("ndots:2", "edns0", "timeout:1"));

  private static final String OWN =
      """
      {"nameservers":["192.0.2.1","10.0.0.2"],"searches":["pod.example","node.example"],
       "options":[{"name":"ndots","value":"5"},{"name":"rotate"}]}
      """;

  private static PodManifest pod(String spec) {
    String json = "{\"metadata\":{\"name\":\"p\",\"namespace\":\"d\",\"uid\":\"u\"},\"spec\":{%s}}";
    return PodManifest.of(
        new Document(
            new ObjectKey(ResourceType.PODS, "d", "p"),
            1,
            json.formatted(spec).getBytes(StandardCharsets.UTF_8)));
  }

  private static Dns of(String policy, boolean hostNetwork, String config, Dns node) {
    return Dns.of(
        pod(
            "\"dnsPolicy\":\"%s\",\"hostNetwork\":%s,\"dnsConfig\":%s"
                .formatted(policy, hostNetwork, config)),
        node);
  }

  @ParameterizedTest
  @CsvSource({
    "ClusterFirst,            false, 10.0.0.2 192.0.2.1",
    "Default,                 false, 10.0.0.2 192.0.2.1",
    "ClusterFirst,            true,  127.0.0.53 10.0.0.2 192.0.2.1",
    "ClusterFirstWithHostNet, true,  127.0.0.53 10.0.0.2 192.0.2.1",
  })
  void aPodsSettingsAddToTheMachines(String policy, boolean hostNetwork, String servers) {
    assertEquals(
        new Dns(
            List.of(servers.split(" ")),
            List.of("node.example", "pod.example"),
            List.of("ndots:5", "edns0", "timeout:1", "rotate")),
        of(policy, hostNetwork, OWN, NODE));
  }

  @Test
  void withNoneThereAreThePodsOnly() {
    assertEquals(
        new Dns(
            List.of("192.0.2.1", "10.0.0.2"),
            List.of("pod.example", "node.example"),
            List.of("ndots:5", "rotate")),
        of("None", false, OWN, NODE));
    String servers = "{\"nameservers\":[\"192.0.2.1\"]}";
    assertEquals(
        new Dns(List.of("192.0.2.1"), List.of("."), List.of("ndots:1")),
        of("None", false, servers, NODE),
        "what the engine would take from the machine is overridden");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ClusterFirst", "Default", "ClusterFirstWithHostNet"})
  void withoutSettingsTheEngineDoesAsTheMachine(String policy) {
    assertEquals(Dns.NONE, of(policy, false, "{}", NODE));
  }

  @Test
  void whatResolversCannotTakeIsLeftOut() {
    List<String> many = IntStream.range(0, 40).mapToObj(i -> "\"s" + i + ".example\"").toList();
    Dns dns =
        of(
            "None",
            false,
            "{\"nameservers\":[\"192.0.2.1\",\"192.0.2.2\",\"192.0.2.3\",\"192.0.2.4\"],\"searches\":"
                + many
                + "}",
            Dns.NONE);
    assertEquals(List.of("192.0.2.1", "192.0.2.2", "192.0.2.3"), dns.servers());
    assertEquals(32, dns.searches().size());
    String wide = "\"" + "a".repeat(60) + ".example\",";
    Dns long1 =
        of(
            "None",
            false,
            "{\"nameservers\":[\"192.0.2.1\"],\"searches\":["
                + IntStream.range(0, 31)
                    .mapToObj(i -> wide.replace(".", i + "."))
                    .reduce("", String::concat)
                + "\"end\"]}",
            Dns.NONE);
    assertTrue(String.join(" ", long1.searches()).length() <= 2048);
    assertFalse(long1.searches().contains("end"));
  }

  @Test
  void aFileIsReadAsResolversDo() {
    Dns read =
        Dns.parse(
            List.of(
                "# comment",
                "nameserver 10.0.0.1 # the first",
                "search a.example b.example",
                "options ndots:2  edns0",
                "search c.example",
                "nameserver ::1",
                ""));
    assertEquals(
        new Dns(List.of("10.0.0.1", "::1"), List.of("c.example"), List.of("ndots:2", "edns0")),
        read);
    assertFalse(read.isLocal());
    assertTrue(Dns.parse(List.of("nameserver 127.0.0.53")).isLocal());
  }
}
