package dev.ballast.control.deployment;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.ballast.core.resource.Json;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LimitsTest {

  @ParameterizedTest
  @CsvSource({
    // replicas, surge, unavailable as written; resolved
    "10, 25%, 25%, 3, 2",
    "4, 25%, 25%, 1, 1",
    "1, 25%, 25%, 1, 0",
    "3, 1, 0, 1, 0",
    "3, 0, 0, 0, 1",
    "3, 0, 1%, 0, 1",
    "10, 0, 100%, 0, 10",
    "2, 5, 9, 5, 2",
    "0, 25%, 25%, 0, 0",
  })
  void percentagesRoundAsKubernetesDoes(
      int replicas, String surge, String unavailable, int maxSurge, int maxUnavailable)
      throws Exception {
    String json =
        "{\"metadata\":{},\"spec\":{\"replicas\":%d,\"strategy\":{\"rollingUpdate\":{\"maxSurge\":%s,\"maxUnavailable\":%s}}}}"
            .formatted(replicas, quoted(surge), quoted(unavailable));
    Limits limits = Limits.of(Json.MAPPER.readValue(json, Deployment.class));
    assertEquals(new Limits(replicas, maxSurge, maxUnavailable), limits);
  }

  private static String quoted(String value) {
    return value.endsWith("%") ? "\"" + value + "\"" : value;
  }
}
