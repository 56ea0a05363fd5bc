package dev.ballast.kinds.builtin;

import static dev.ballast.kinds.builtin.Columns.AGE;
import static dev.ballast.kinds.builtin.Columns.NAME;
import static dev.ballast.kinds.builtin.Columns.count;
import static dev.ballast.kinds.builtin.Columns.text;

import dev.ballast.kinds.Column;
import java.util.List;

/** The columns of optimizers. Pure. */
final class OptimizerColumns {

  static final List<Column> ALL =
      List.of(
          NAME,
          text("Mode", "What it may do.", one -> one.at("/spec/mode").asText("Observe")),
          text("Goal", "What it wants.", one -> one.at("/spec/goal").asText("Spread")),
          count("Nodes", "Nodes in use.", "/status/nodesUsed"),
          count("Planned", "Nodes in use after its plan.", "/status/nodesPlanned"),
          count("Bound", "What no placement can be better than.", "/status/bound"),
          count("Moves", "Moves that its plan still has.", "/status/movesPlanned"),
          count("Done", "Moves that were made.", "/status/movesDone"),
          AGE);

  private OptimizerColumns() {}
}
