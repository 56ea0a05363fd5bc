package dev.ballast.kinds.builtin;

import static dev.ballast.kinds.builtin.Columns.AGE;
import static dev.ballast.kinds.builtin.Columns.NAME;
import static dev.ballast.kinds.builtin.Columns.text;
import static dev.ballast.kinds.builtin.Columns.wide;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ballast.kinds.Column;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** The columns of ballast.dev's kinds. Pure. */
final class BallastColumns {

  static final List<Column> PROFILE =
      List.of(
          NAME,
          text("Scheduler", "Pods choose it by this name.", p -> at(p, "/spec/schedulerName")),
          text("Strategy", "What it is after.", p -> at(p, "/spec/strategy")),
          text("Load", "Least less most allocated.", BallastColumns::load),
          text("Balance", "Weight of balance.", p -> at(p, "/spec/weights/balancedAllocation")),
          text("NewNode", "Cost of a fresh node.", p -> at(p, "/spec/weights/newNode")),
          AGE);

  static final List<Column> REPORT =
      List.of(
          NAME,
          text("Reasons", "What keeps the pod from nodes.", BallastColumns::reasons),
          text("Fixes", "How many ways out are known.", r -> "" + r.path("fixes").size()),
          text("First fix", "The gentlest.", r -> at(r, "/fixes/0/message")),
          AGE,
          wide("Message", "As in the condition PodScheduled.", r -> at(r, "/message")));

  private BallastColumns() {}

  private static String at(JsonNode document, String pointer) {
    return document.at(pointer).asText("");
  }

  private static String load(JsonNode profile) {
    JsonNode weights = profile.at("/spec/weights");
    return "" + (weights.path("leastAllocated").asInt() - weights.path("mostAllocated").asInt());
  }

  private static String reasons(JsonNode report) {
    return StreamSupport.stream(report.path("reasons").spliterator(), false)
        .map(one -> one.path("nodes").asText() + " " + one.path("reason").asText())
        .collect(Collectors.joining(", "));
  }
}
