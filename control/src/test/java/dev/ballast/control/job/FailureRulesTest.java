package dev.ballast.control.job;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.ballast.control.informer.Cached;
import dev.ballast.control.job.FailureRules.Verdict;
import dev.ballast.core.model.Pod;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class FailureRulesTest {

  private static final String POLICY =
      """
      {"rules":[
        {"action":"Ignore","onPodConditions":[{"type":"DisruptionTarget"}]},
        {"action":"FailJob","onExitCodes":{"containerName":"main","operator":"In","values":[40,41]}},
        {"action":"FailIndex","onExitCodes":{"operator":"In","values":[50]}},
        {"action":"Count","onExitCodes":{"operator":"NotIn","values":[1]}}]}
      """;

  private static Cached<Pod> pod(String phase, String container, int code, String condition)
      throws Exception {
    String json =
        """
        {"metadata":{"name":"p"},"spec":{},"status":{"phase":"%s",
          "conditions":[{"type":"DisruptionTarget","status":"%s"}],
          "containerStatuses":[{"name":"%s","state":{"terminated":{"exitCode":%d}}}]}}
        """
            .formatted(phase, condition, container, code);
    return new Cached<>(
        new ObjectKey(ResourceType.PODS, "default", "p"),
        1,
        Json.MAPPER.readValue(json, Pod.class));
  }

  @ParameterizedTest
  @CsvSource({
    "Failed, main, 40, False, FAIL_JOB, 1",
    "Failed, main, 41, False, FAIL_JOB, 1",
    "Failed, side, 40, False, COUNT, 3",
    "Failed, main, 40, True, IGNORE, 0",
    "Failed, side, 50, False, FAIL_INDEX, 2",
    "Failed, main, 7, False, COUNT, 3",
    "Failed, main, 1, False, COUNT, -1",
    "Failed, main, 0, False, COUNT, -1",
    "Running, main, 40, False, COUNT, -1",
  })
  void theFirstRuleThatMatchesCounts(
      String phase, String container, int code, String disrupted, Verdict verdict, int rule)
      throws Exception {
    Job.PodFailurePolicy policy = Json.MAPPER.readValue(POLICY, Job.PodFailurePolicy.class);
    FailureRules.Judgement judgement =
        FailureRules.judge(policy, pod(phase, container, code, disrupted));
    assertEquals(verdict, judgement.verdict());
    assertEquals(rule >= 0, judgement.why().endsWith("rule at index " + rule), judgement.why());
  }
}
