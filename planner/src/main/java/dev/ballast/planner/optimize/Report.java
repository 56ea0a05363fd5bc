package dev.ballast.planner.optimize;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.control.meta.Conditions;
import dev.ballast.control.meta.Rfc3339;
import dev.ballast.core.model.Condition;
import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.Json;
import dev.ballast.core.store.Write;
import dev.ballast.core.time.Now;
import dev.ballast.planner.cluster.Goal;
import dev.ballast.planner.cluster.Proposal;
import dev.ballast.planner.cluster.WholeCluster.Migration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The status of an Optimizer: what was found and what has been done. Pure.
 *
 * @param planned when the proposal was made, RFC 3339
 * @param givenUp why a plan was not carried to its end; "" when it was not given up
 */
record Report(
    Proposal proposal,
    String planned,
    List<Migration> left,
    String givenUp,
    int inFlight,
    long done,
    long takenBack) {

  private static final int LISTED = 50;
  private static final long THOUSANDTH = Goal.NODE / 1_000;

  /** Empty when the document says so already. */
  Optional<Write.Replace> into(Document document, OptimizerView view, Now now) {
    ObjectNode tree = document.tree();
    ObjectNode before = tree.deepCopy();
    ObjectNode status = tree.withObjectProperty("status");
    status.put("observedGeneration", view.metadata().generation());
    status.put("lastPlanTime", planned);
    status.put("nodesUsed", proposal.nodesUsed()).put("nodesPlanned", proposal.nodesPlanned());
    boolean nodes = view.goal().emptiesNodes();
    status.put("bound", nodes ? proposal.bound() : proposal.bound() / THOUSANDTH);
    status.put("gapPercent", Math.round(proposal.gap() * 1e4) / 100.0);
    status.put("gain", proposal.gain() / THOUSANDTH);
    status.put("movesPlanned", left.size()).put("movesWithoutOrder", proposal.without());
    status.put("movesDone", done).put("movesTakenBack", takenBack);
    ArrayNode moves = status.putArray("moves");
    left.stream().limit(LISTED).forEach(move -> add(moves, move));
    List<Condition> known = conditions(document);
    status.set("conditions", Conditions.node(conditions(known, view, now)));
    return tree.equals(before)
        ? Optional.empty()
        : Optional.of(
            new Write.Replace(document.key(), document.revision(), "status", Json.storable(tree)));
  }

  private static void add(ArrayNode moves, Migration move) {
    moves
        .addObject()
        .put("namespace", move.pod().ref().key().namespace())
        .put("pod", move.pod().ref().key().name())
        .put("from", move.from())
        .put("to", move.to());
  }

  private static List<Condition> conditions(Document document) {
    List<Condition> found = new ArrayList<>();
    document
        .tree()
        .path("status")
        .path("conditions")
        .forEach(one -> found.add(Json.MAPPER.convertValue(one, Condition.class)));
    return found;
  }

  private List<Condition> conditions(List<Condition> known, OptimizerView view, Now now) {
    boolean pays = !proposal.moves().isEmpty();
    List<Condition> conditions =
        Conditions.with(
            known,
            "Improvable",
            pays ? "True" : "False",
            pays ? "PlanPays" : "NothingPays",
            pays
                ? "%d moves gain %d thousandths of a node, their price of %d each paid"
                    .formatted(
                        proposal.moves().size(),
                        proposal.gain() / THOUSANDTH,
                        view.disruption() / THOUSANDTH)
                : "no move gains more than the %d thousandths of a node that it costs"
                    .formatted(view.disruption() / THOUSANDTH),
            now);
    boolean ordered = proposal.without() == 0;
    conditions =
        Conditions.with(
            conditions,
            "Ordered",
            ordered ? "True" : "False",
            ordered ? "LegalOrder" : "NoLegalOrder",
            ordered
                ? ""
                : "%d moves are left out: there is no order in which each pod finds room before it goes"
                    .formatted(proposal.without()),
            now);
    String moving = inFlight > 0 ? "Moving" : givenUp.isEmpty() ? "AtRest" : "GivenUp";
    return Conditions.with(
        conditions, "Moving", inFlight > 0 ? "True" : "False", moving, givenUp, now);
  }

  static String text(Now now) {
    return Rfc3339.text(now.wall());
  }
}
