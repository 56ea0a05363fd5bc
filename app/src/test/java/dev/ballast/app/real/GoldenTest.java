package dev.ballast.app.real;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What kubectl shows of one object of each kind, held in files. {@code get} shows the server's
 * table, so one file serves both versions; {@code describe} is the client's own, and 1.20 has files
 * of its own. The comment at the head of a file is written by hand: where Kubernetes defines what
 * is shown, what it prints for the same object (lines after {@code #|}), or where this differs.
 * {@code -Dballast.golden=write} writes the rest anew. What differs from run to run is replaced by
 * words, runs of blanks by two, and events are sorted.
 */
@Tag("clients")
@ExtendWith(SharedServer.Simulated.class)
class GoldenTest {

  private static final Path FILES = Path.of("src", "test", "resources", "golden");
  private static final boolean WRITE = "write".equals(System.getProperty("ballast.golden"));

  private static Map<String, Kubectl> kubectls;
  private static String namespace;

  @BeforeAll
  static void makeOneOfEachKind(SharedServer.Running running) {
    namespace = running.namespace("golden");
    kubectls =
        Map.of(
            "1.20", running.kubectl("1.20", namespace), "1.33", running.kubectl("1.33", namespace));
    Kubectl kubectl = kubectls.get("1.33");
    for (String file : List.of("golden", "web", "job")) {
      kubectl.runWithInput(Manifest.text("clients/" + file + ".yaml"), "apply", "-f", "-").ok();
    }
    kubectl.ok("rollout", "status", "deployment/web", "--timeout=60s");
    kubectl.ok("wait", "--for=condition=Complete", "job/count", "--timeout=60s");
    kubectl.ok("wait", "--for=condition=Ready", "pod/alone", "--timeout=60s");
    kubectl.ok("wait", "--for=jsonpath={.status.currentHealthy}=2", "pdb/web", "--timeout=60s");
  }

  static Stream<Arguments> commands() {
    return Stream.of("1.20", "1.33")
        .flatMap(version -> commands(version).map(command -> Arguments.of(version, command)));
  }

  private static Stream<List<String>> commands(String version) {
    // policy/v1beta1, which is all that 1.20 describes, was taken away in Kubernetes 1.25
    return commandsOfAll()
        .filter(
            c ->
                version.equals("1.33")
                    || !c.get(1).equals("poddisruptionbudgets/web")
                    || c.getFirst().equals("get"));
  }

  private static Stream<List<String>> commandsOfAll() {
    return Stream.concat(
        Stream.of(
                "pods/alone",
                "services/web",
                "endpoints/web",
                "deployments/web",
                "jobs/count",
                "configmaps/settings",
                "secrets/keys",
                "serviceaccounts/robot",
                "priorityclasses/golden",
                "leases/leader",
                "poddisruptionbudgets/web",
                "nodes/here",
                "namespaces/kube-system")
            .flatMap(
                object -> Stream.of(List.of("get", object), List.of("get", object, "-o=wide"))),
        Stream.of(
            List.of("get", "replicasets", "-o=wide"),
            List.of("get", "endpointslices", "-l=kubernetes.io/service-name=web"),
            List.of("get", "events", "--field-selector=reason=ScalingReplicaSet"),
            List.of("get", "events", "--field-selector=reason=ScalingReplicaSet", "-o=wide"),
            List.of("describe", "pods/alone"),
            List.of("describe", "deployments/web"),
            List.of("describe", "services/web"),
            List.of("describe", "jobs/count"),
            List.of("describe", "configmaps/settings"),
            List.of("describe", "secrets/keys"),
            List.of("describe", "poddisruptionbudgets/web"),
            List.of("describe", "nodes/here")));
  }

  @ParameterizedTest
  @MethodSource("commands")
  void showsWhatTheFileHolds(String version, List<String> command) throws IOException {
    String shown = normal(kubectls.get(version).ok(command.toArray(String[]::new)));
    boolean clients = command.getFirst().equals("describe") && !version.equals("1.33");
    Path file = (clients ? FILES.resolve(version) : FILES).resolve(nameOf(command) + ".txt");
    List<String> lines = Files.exists(file) ? Files.readAllLines(file) : List.of();
    String head =
        lines.stream()
            .filter(line -> line.startsWith("#"))
            .map(l -> l + "\n")
            .collect(Collectors.joining());
    if (WRITE) {
      Files.writeString(file, head + shown);
    }
    String held =
        lines.stream()
            .filter(line -> !line.startsWith("#"))
            .map(l -> l + "\n")
            .collect(Collectors.joining());
    if (command.getFirst().equals("get")) {
      String kubernetes =
          lines.stream()
              .filter(line -> line.startsWith("#| "))
              .map(line -> line.substring(3) + "\n")
              .collect(Collectors.joining());
      assertEquals(kubernetes, shown, () -> file + " says that Kubernetes prints otherwise");
    }
    assertEquals(WRITE ? shown : held, shown, () -> file + " (-Dballast.golden=write rewrites it)");
  }

  /** The verb, the kind, and the form when it is not the usual one. */
  private static String nameOf(List<String> command) {
    String subject =
        Stream.concat(command.stream().limit(2), command.stream().filter("-o=wide"::equals))
            .collect(Collectors.joining("-"));
    return subject.replaceAll("[^a-z]+", "-");
  }

  private static String normal(String output) {
    return sortEvents(steady(output));
  }

  private static String sortEvents(String output) {
    Matcher table =
        Pattern.compile("(?s)(.*\nEvents:\n  Type.*?\n  ----.*?\n)(.*)").matcher(output);
    return table.matches()
        ? table.group(1)
            + table.group(2).lines().sorted().map(l -> l + "\n").collect(Collectors.joining())
        : output;
  }

  private static String steady(String output) {
    return output
        .replaceAll("(?s)\nNon-terminated Pods:.*", "\nNon-terminated Pods: (left out)\n")
        .replace(namespace, "golden")
        .replaceAll("[A-Z][a-z]{2}, \\d\\d [A-Z][a-z]{2} \\d{4} [\\d:]{8} [+-]\\d{4}", "TIME")
        .replaceAll("\\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\\b", "UID")
        .replaceAll("\\b[0-9a-f]{64}\\b", "KEY")
        .replaceAll("simulated://[^\\s]+", "simulated://ID")
        .replaceAll("\\b\\d+\\.\\d+\\.\\d+\\.\\d+\\b", "IP")
        .replaceAll("web\\.[0-9a-f]{16}\\b", "web.TIME-IN-HEX")
        .replaceAll("web-[0-9a-z]{8,10}\\b", "web-HASH")
        .replaceAll("web-[0-9a-z]{5}\\b", "web-RANDOM")
        .replaceAll("count-(\\d)-[0-9a-z]{5}\\b", "count-$1-RANDOM")
        .replaceAll("pod-template-hash=[0-9a-z]+", "pod-template-hash=HASH")
        .replaceAll("kube-api-access-[0-9a-z]{5}", "kube-api-access-RANDOM")
        .replaceAll("(?<=[ \n])(?<!cpu: {1,9})(?<!for )(\\d+[dhms]){1,2}(?=[ \n])", "AGE")
        .replaceAll("(?m)^(Duration: +)\\S+$", "$1AGE")
        .replaceAll("(?<=\\S)[ \t]{2,}", "  ")
        .replaceAll("(?m)[ \t]+$", "");
  }
}
