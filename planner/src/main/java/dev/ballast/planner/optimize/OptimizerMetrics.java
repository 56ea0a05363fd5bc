package dev.ballast.planner.optimize;

import dev.ballast.core.telemetry.Telemetry;
import dev.ballast.planner.cluster.Goal;
import dev.ballast.planner.cluster.Proposal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;
import java.util.function.ToDoubleFunction;

/** The optimiser's figures; those of a proposal are NaN before there is one. Thread-safe. */
final class OptimizerMetrics {

  private final Telemetry telemetry;
  private final List<Telemetry.Registered> figures = new ArrayList<>();
  private volatile Proposal newest;

  OptimizerMetrics(Telemetry telemetry, IntSupplier inFlight) {
    this.telemetry = telemetry;
    figures.add(telemetry.gauge("ballast_optimizer_moves_in_flight", inFlight::getAsInt));
    gauge("ballast_optimizer_nodes_used", Proposal::nodesUsed);
    gauge("ballast_optimizer_nodes_planned", Proposal::nodesPlanned);
    gauge("ballast_optimizer_lower_bound", Proposal::bound);
    gauge("ballast_optimizer_gap_ratio", Proposal::gap);
    gauge("ballast_optimizer_planned_moves", proposal -> proposal.moves().size());
    gauge("ballast_optimizer_moves_without_order", Proposal::without);
    gauge("ballast_optimizer_planned_gain_nodes", p -> (double) p.gain() / Goal.NODE);
  }

  private void gauge(String name, ToDoubleFunction<Proposal> figure) {
    figures.add(
        telemetry.gauge(
            name,
            () -> {
              Proposal proposal = newest;
              return proposal == null ? Double.NaN : figure.applyAsDouble(proposal);
            }));
  }

  /** Shows them no more. */
  void close() {
    figures.forEach(Telemetry.Registered::close);
  }

  void proposed(Proposal proposal, Duration took) {
    newest = proposal;
    telemetry.time("ballast_optimizer_solve_duration_seconds", took);
    telemetry.count(
        "ballast_optimizer_plans_total",
        1,
        "result",
        proposal.moves().isEmpty() ? "nothing_pays" : "pays");
  }

  void failedRound() {
    telemetry.count("ballast_optimizer_failed_rounds_total", 1);
  }

  void givenUp() {
    telemetry.count("ballast_optimizer_plans_given_up_total", 1);
  }
}
