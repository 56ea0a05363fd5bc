package dev.ballast.planner.solve;

import dev.ballast.control.plan.NodeState;
import dev.ballast.core.placement.PodShape;
import dev.ballast.planner.solve.Relocation.Change;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.optaplanner.core.api.score.director.ScoreDirector;
import org.optaplanner.core.impl.heuristic.selector.move.factory.MoveIteratorFactory;

/**
 * Moves aimed at the pods that found no place: one of them takes the room of pods of its own batch
 * that could as well be elsewhere, and these go to the cheapest nodes that the index finds. Pods
 * that other pods depend on, or that depend on others, stay.
 *
 * <p>The index shows the working solution while a move is sought: it follows by differences. One
 * instance per solver, on its thread.
 */
public final class Relocations implements MoveIteratorFactory<Placement, Relocation> {

  private final Map<Assignment, NodeState> shown = new IdentityHashMap<>();

  @Override
  public void phaseStarted(ScoreDirector<Placement> director) {
    shown.clear();
  }

  @Override
  public void phaseEnded(ScoreDirector<Placement> director) {
    director.getWorkingSolution().index().release();
    shown.clear();
  }

  @Override
  public long getSize(ScoreDirector<Placement> director) {
    return director.getWorkingSolution().getAssignments().size();
  }

  @Override
  public Iterator<Relocation> createOriginalMoveIterator(ScoreDirector<Placement> director) {
    throw new UnsupportedOperationException("relocations are drawn at random");
  }

  @Override
  public Iterator<Relocation> createRandomMoveIterator(
      ScoreDirector<Placement> director, Random random) {
    Placement placement = director.getWorkingSolution();
    follow(placement);
    List<Assignment> unplaced = new ArrayList<>();
    Map<NodeState, List<Assignment>> placed = new LinkedHashMap<>();
    for (Assignment assignment : placement.getAssignments()) {
      PodShape shape = assignment.pod().shape();
      if (!shape.claims().isEmpty()
          || !shape.gpu().isNone()
          || !placement.relations().bonds(shape).isNone()) {
        continue;
      }
      if (assignment.getNode() == null) {
        unplaced.add(assignment);
      } else {
        placed.computeIfAbsent(assignment.getNode(), n -> new ArrayList<>()).add(assignment);
      }
    }
    return new Draw(placement.index(), unplaced, placed, random);
  }

  private void follow(Placement placement) {
    for (Assignment assignment : placement.getAssignments()) {
      NodeState before = shown.get(assignment);
      NodeState now = assignment.getNode();
      if (before != now) {
        if (before != null) {
          placement.index().cancel(before, assignment.pod().shape(), assignment.devices());
        }
        if (now != null) {
          placement.index().reserve(now, assignment.pod().shape(), assignment.devices());
        }
        shown.put(assignment, now);
      }
    }
  }

  /** Draws moves of one step. */
  private static final class Draw implements Iterator<Relocation> {

    private final FreeIndex index;
    private final List<Assignment> unplaced;
    private final Map<NodeState, List<Assignment>> placed;
    private final List<NodeState> nodes;
    private final Random random;

    Draw(
        FreeIndex index,
        List<Assignment> unplaced,
        Map<NodeState, List<Assignment>> placed,
        Random random) {
      this.index = index;
      this.unplaced = unplaced;
      this.placed = placed;
      this.nodes = List.copyOf(placed.keySet());
      this.random = random;
    }

    @Override
    public boolean hasNext() {
      return !unplaced.isEmpty() && !nodes.isEmpty();
    }

    @Override
    public Relocation next() {
      Assignment newcomer = unplaced.get(random.nextInt(unplaced.size()));
      NodeState node = nodes.get(random.nextInt(nodes.size()));
      List<Assignment> leaving = new ArrayList<>();
      List<Assignment> there = new ArrayList<>(placed.get(node));
      Collections.shuffle(there, random);
      PodShape shape = newcomer.pod().shape();
      for (Assignment one : there) {
        if (index.takes(node, shape)) {
          break;
        }
        index.cancel(node, one.pod().shape(), one.devices());
        leaving.add(one);
      }
      List<Change> changes = new ArrayList<>();
      if (index.takes(node, shape)) {
        changes.add(new Change(newcomer, node));
        index.reserve(node, shape, List.of());
        leaving.forEach(one -> changes.add(rehouse(one)));
        changes.forEach(this::withdraw);
      }
      leaving.forEach(one -> index.reserve(node, one.pod().shape(), one.devices()));
      return new Relocation(changes);
    }

    private Change rehouse(Assignment assignment) {
      NodeState node = index.best(assignment.pod().shape(), assignment.taste());
      if (node != null) {
        index.reserve(node, assignment.pod().shape(), List.of());
      }
      return new Change(assignment, node);
    }

    private void withdraw(Change change) {
      if (change.node() != null) {
        index.cancel(change.node(), change.assignment().pod().shape(), List.of());
      }
    }
  }
}
