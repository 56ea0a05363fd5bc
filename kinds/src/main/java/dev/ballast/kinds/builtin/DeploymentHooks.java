package dev.ballast.kinds.builtin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.status.Failure.Cause;
import dev.ballast.kinds.schema.FieldErrors;
import java.util.List;

/** Deployments. Stateless. */
final class DeploymentHooks extends WorkloadHooks {

  DeploymentHooks() {
    super("deployment");
  }

  @Override
  public void applyDefaults(ObjectNode document) {
    super.applyDefaults(document);
    if (document.path("spec").path("strategy") instanceof ObjectNode strategy
        && strategy.path("type").asText("").equals("RollingUpdate")
        && !strategy.has("rollingUpdate")) {
      strategy.putObject("rollingUpdate").put("maxSurge", "25%").put("maxUnavailable", "25%");
    }
  }

  @Override
  void validate(JsonNode document, List<Cause> causes) {
    super.validate(document, causes);
    JsonNode spec = document.path("spec");
    strategy(spec.path("strategy"), causes);
    JsonNode deadline = spec.path("progressDeadlineSeconds");
    if (!deadline.isMissingNode() && deadline.asLong() <= spec.path("minReadySeconds").asLong(0)) {
      causes.add(
          FieldErrors.invalid(
              "spec.progressDeadlineSeconds", deadline, "must be greater than minReadySeconds"));
    }
  }

  private static void strategy(JsonNode strategy, List<Cause> causes) {
    JsonNode rolling = strategy.path("rollingUpdate");
    String path = "spec.strategy.rollingUpdate";
    if (strategy.path("type").asText("").equals("Recreate")) {
      if (!rolling.isMissingNode()) {
        causes.add(
            FieldErrors.forbidden(path, "may not be specified when strategy `type` is 'Recreate'"));
      }
      return;
    }
    Check.countOrPercent(rolling.path("maxUnavailable"), path + ".maxUnavailable", causes);
    Check.countOrPercent(rolling.path("maxSurge"), path + ".maxSurge", causes);
    Check.atMostAllOf(rolling.path("maxUnavailable"), path + ".maxUnavailable", causes);
    if (Check.isZero(rolling.path("maxUnavailable")) && Check.isZero(rolling.path("maxSurge"))) {
      causes.add(
          FieldErrors.invalid(
              path + ".maxUnavailable",
              rolling.get("maxUnavailable"),
              "may not be 0 when `maxSurge` is 0"));
    }
  }
}
