package dev.ballast.core.placement;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.ballast.core.model.Node;
import dev.ballast.core.model.PodSpec;
import dev.ballast.core.resource.Json;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeRulesTest {

  @ParameterizedTest
  @CsvSource({
    "zone, In, 'a,b', true",
    "zone, In, 'b', false",
    "none, In, 'a', false",
    "zone, NotIn, 'a', false",
    "zone, NotIn, 'b', true",
    "none, NotIn, 'a', true",
    "zone, Exists, '', true",
    "none, Exists, '', false",
    "zone, DoesNotExist, '', false",
    "none, DoesNotExist, '', true",
    "rank, Gt, '4', true",
    "rank, Gt, '5', false",
    "rank, Lt, '6', true",
    "rank, Lt, '5', false",
    "zone, Gt, '1', false",
    "zone, Lt, '1', false",
    "rank, Gt, 'x', false",
    "none, Lt, '1', false",
  })
  void operators(String key, String operator, String values, boolean accepted) throws Exception {
    String term =
        "{\"matchExpressions\":[{\"key\":\"%s\",\"operator\":\"%s\",\"values\":[%s]}]}"
            .formatted(key, operator, quoted(values));
    assertEquals(accepted, rules(required(term)).refusal(node("")).isEmpty());
  }

  @ParameterizedTest
  @CsvSource({
    "'', false",
    "'{}', false",
    "'{\"matchFields\":[{\"key\":\"metadata.name\",\"operator\":\"In\",\"values\":[\"n1\"]}]}', true",
    "'{\"matchFields\":[{\"key\":\"metadata.name\",\"operator\":\"NotIn\",\"values\":[\"n1\"]}]}',"
        + " false",
    "'{},{\"matchExpressions\":[{\"key\":\"zone\",\"operator\":\"Exists\"}]}', true",
  })
  void termsAreAlternativesAndAnEmptyOneMatchesNothing(String terms, boolean accepted)
      throws Exception {
    assertEquals(accepted, rules(required(terms)).refusal(node("")).isEmpty());
  }

  @ParameterizedTest
  @CsvSource({
    "'', 'node(s) had untolerated taint {team: red}'",
    "'{\"key\":\"team\",\"value\":\"red\"}', ''",
    "'{\"key\":\"team\",\"value\":\"red\",\"effect\":\"NoSchedule\"}', ''",
    "'{\"key\":\"team\",\"value\":\"red\",\"effect\":\"NoExecute\"}',"
        + " 'node(s) had untolerated taint {team: red}'",
    "'{\"key\":\"team\",\"operator\":\"Exists\"}', ''",
    "'{\"operator\":\"Exists\"}', ''",
    "'{\"key\":\"team\",\"value\":\"blue\"}', 'node(s) had untolerated taint {team: red}'",
  })
  void taints(String toleration, String refusal) throws Exception {
    String tainted =
        ",\"spec\":{\"taints\":[{\"key\":\"team\",\"value\":\"red\",\"effect\":\"NoSchedule\"}]}";
    assertEquals(
        refusal, words(rules("\"tolerations\":[" + toleration + "]").refusal(node(tainted))));
  }

  @Test
  void aCordonedNodeTakesOnlyPodsThatTolerateItsTaint() throws Exception {
    Node cordoned = node(",\"spec\":{\"unschedulable\":true}");
    assertEquals("node(s) were unschedulable", words(rules("").refusal(cordoned)));
    String tolerating =
        "\"tolerations\":[{\"key\":\"node.kubernetes.io/unschedulable\",\"operator\":\"Exists\"}]";
    assertEquals(Optional.empty(), rules(tolerating).refusal(cordoned));
  }

  @Test
  void preferencesWeighByTheShareOfTheirWeightThatIsMissed() throws Exception {
    NodeRules rules =
        rules(
            "\"affinity\":{\"nodeAffinity\":{\"preferredDuringSchedulingIgnoredDuringExecution\":["
                + preferred(30, "zone")
                + ","
                + preferred(10, "none")
                + "]}}");
    assertEquals(50, rules.dislike(node("")));
    String tainted = ",\"spec\":{\"taints\":[{\"key\":\"t\",\"effect\":\"PreferNoSchedule\"}]}";
    assertEquals(350, rules.dislike(node(tainted)));
    assertEquals(Optional.empty(), rules.refusal(node(tainted)));
  }

  private static String words(Optional<Refusal> refusal) {
    return refusal.map(Refusal::message).orElse("");
  }

  private static String preferred(int weight, String key) {
    return "{\"weight\":%d,\"preference\":{\"matchExpressions\":[{\"key\":\"%s\",\"operator\":\"Exists\"}]}}"
        .formatted(weight, key);
  }

  private static String required(String terms) {
    return "\"affinity\":{\"nodeAffinity\":{\"requiredDuringSchedulingIgnoredDuringExecution\":"
        + "{\"nodeSelectorTerms\":["
        + terms
        + "]}}}";
  }

  private static String quoted(String values) {
    return values.isEmpty() ? "" : "\"" + values.replace(",", "\",\"") + "\"";
  }

  private static NodeRules rules(String spec) throws Exception {
    return NodeRules.of(Json.MAPPER.readValue("{" + spec + "}", PodSpec.class));
  }

  private static Node node(String more) throws Exception {
    String metadata = "{\"name\":\"n1\",\"labels\":{\"zone\":\"a\",\"rank\":\"5\"}}";
    return Json.MAPPER.readValue("{\"metadata\":" + metadata + more + "}", Node.class);
  }
}
