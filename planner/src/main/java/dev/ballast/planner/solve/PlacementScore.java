package dev.ballast.planner.solve;

import dev.ballast.control.plan.Bonds;
import dev.ballast.control.plan.Images;
import dev.ballast.control.plan.NodeState;
import dev.ballast.control.plan.Relations;
import dev.ballast.core.placement.PodShape;
import dev.ballast.core.placement.ScoreWeights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.optaplanner.core.api.score.buildin.hardmediumsoftlong.HardMediumSoftLongScore;
import org.optaplanner.core.api.score.calculator.IncrementalScoreCalculator;

/**
 * The score, kept current with every changed variable.
 *
 * <ul>
 *   <li>Hard: rules broken: resources short, host ports in each other's way, nodes that the pod's
 *       rules refuse, pods together that must not be. (Required company and even spread depend on
 *       the order of binding: construction keeps them, and moves leave such pods alone.)
 *   <li>Medium: the weight of pods that are left unplaced.
 *   <li>Soft: dislikes of nodes and of company there, and load spread over nodes ({@link Balance}),
 *       both counted from the state without this batch.
 * </ul>
 *
 * <p>Work per change does not depend on the number of nodes. One thread.
 */
public class PlacementScore
    implements IncrementalScoreCalculator<Placement, HardMediumSoftLongScore> {

  private final List<Tally> touched = new ArrayList<>();
  private Tally[] tallies = {};
  private final Company company = new Company();
  private Relations relations;
  private Images images;
  private long broken;
  private long unplaced;
  private long cost;

  @Override
  public void resetWorkingSolution(Placement placement) {
    touched.forEach(tally -> tallies[tally.node().slot()] = null);
    touched.clear();
    company.clear();
    relations = placement.relations();
    images = placement.images();
    broken = 0;
    unplaced = 0;
    cost = 0;
    placement.getAssignments().forEach(this::insert);
  }

  @Override
  public void beforeEntityAdded(Object entity) {}

  @Override
  public void afterEntityAdded(Object entity) {
    insert((Assignment) entity);
  }

  @Override
  public void beforeVariableChanged(Object entity, String variableName) {
    retract((Assignment) entity);
  }

  @Override
  public void afterVariableChanged(Object entity, String variableName) {
    insert((Assignment) entity);
  }

  @Override
  public void beforeEntityRemoved(Object entity) {
    retract((Assignment) entity);
  }

  @Override
  public void afterEntityRemoved(Object entity) {}

  @Override
  public HardMediumSoftLongScore calculateScore() {
    return HardMediumSoftLongScore.of(-broken, -unplaced, -cost);
  }

  private void insert(Assignment assignment) {
    count(assignment, 1);
  }

  private void retract(Assignment assignment) {
    count(assignment, -1);
  }

  private void count(Assignment assignment, int sign) {
    NodeState node = assignment.getNode();
    if (node == null) {
      unplaced += sign * assignment.weight();
      return;
    }
    PodShape shape = assignment.pod().shape();
    ScoreWeights taste = assignment.taste();
    if (node.exists()) {
      var properties = node.node().orElseThrow();
      broken += shape.rules().refusal(properties).isPresent() ? sign : 0;
      long dislike =
          shape.rules().dislike(properties, taste)
              - (long) taste.imageLocality() * images.score(shape, node);
      cost += sign * Balance.DISLIKE * dislike;
    }
    Bonds bonds = relations.bonds(shape);
    if (!bonds.isNone()) {
      count(bonds, node, taste, sign);
    }
    Tally tally = tally(node);
    broken -= tally.broken();
    cost -= tally.cost();
    tally.change(shape, taste, sign);
    broken += tally.broken();
    cost += tally.cost();
  }

  /** Counted between the pod and those that are there without it, whichever came first. */
  private void count(Bonds bonds, NodeState node, ScoreWeights taste, int sign) {
    if (sign < 0) {
      company.change(bonds, node, -1);
    }
    broken += sign * bonds.clashes(node, company);
    cost += sign * Balance.DISLIKE * bonds.dislike(node, Bonds.Scope.ALL, company, taste);
    if (sign > 0) {
      company.change(bonds, node, 1);
    }
  }

  private Tally tally(NodeState node) {
    int slot = node.slot();
    if (slot >= tallies.length) {
      tallies = Arrays.copyOf(tallies, Math.max(slot + 1, 2 * tallies.length));
    }
    if (tallies[slot] == null) {
      tallies[slot] = new Tally(node);
      touched.add(tallies[slot]);
    }
    return tallies[slot];
  }
}
