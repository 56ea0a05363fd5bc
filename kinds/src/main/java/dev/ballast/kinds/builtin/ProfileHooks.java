package dev.ballast.kinds.builtin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.placement.ScoreWeights;
import dev.ballast.core.status.Failure.Cause;
import dev.ballast.kinds.schema.FieldErrors;
import java.util.List;

/** SchedulingProfiles: what is not said follows from the strategy. Stateless. */
final class ProfileHooks extends MetadataHooks {

  ProfileHooks() {
    super(NameSyntax.SUBDOMAIN);
  }

  @Override
  public void applyDefaults(ObjectNode document) {
    if (!(document.path("spec") instanceof ObjectNode spec)) {
      return;
    }
    JsonNode said = spec.path("weights");
    if (!said.isMissingNode() && !said.isNull() && !said.isObject()) {
      return;
    }
    ObjectNode weights = said instanceof ObjectNode object ? object : spec.putObject("weights");
    ScoreWeights usual = ScoreWeights.of(spec.path("strategy").asText("Spread"));
    // Who packs by a weight does not want the load spread by default, and the other way round.
    boolean packs = weights.path("mostAllocated").asInt() > 0;
    boolean spreads = weights.path("leastAllocated").asInt() > 0;
    set(weights, "leastAllocated", packs ? 0 : usual.leastAllocated());
    set(weights, "mostAllocated", spreads ? 0 : usual.mostAllocated());
    set(weights, "balancedAllocation", usual.balancedAllocation());
    set(weights, "newNode", usual.newNode());
    set(weights, "nodeAffinity", usual.nodeAffinity());
    set(weights, "taintToleration", usual.taintToleration());
    set(weights, "interPodAffinity", usual.interPodAffinity());
    set(weights, "podTopologySpread", usual.podTopologySpread());
    set(weights, "imageLocality", usual.imageLocality());
  }

  private static void set(ObjectNode weights, String name, int usual) {
    if (!weights.hasNonNull(name)) {
      weights.put(name, usual);
    }
  }

  @Override
  void validate(JsonNode document, List<Cause> causes) {
    JsonNode weights = document.path("spec").path("weights");
    if (weights.path("leastAllocated").asInt() > 0 && weights.path("mostAllocated").asInt() > 0) {
      causes.add(
          FieldErrors.invalid(
              "spec.weights.mostAllocated",
              weights.path("mostAllocated"),
              "may not be set beside leastAllocated: load is either spread or packed"));
    }
  }
}
