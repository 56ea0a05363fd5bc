package dev.ballast.planner.solve.global;

import dev.ballast.planner.model.Part;
import dev.ballast.planner.model.Precedence;
import dev.ballast.planner.model.Problem;
import dev.ballast.planner.model.Verdict;
import dev.ballast.planner.solve.global.Search.Cooling;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.optaplanner.core.config.solver.EnvironmentMode;

/**
 * Improves whole placements within a given time: a descent first, so that there is soon something
 * better, a quick annealing that tells which heats matter, then annealing between these, then a
 * descent from the best.
 *
 * <p>Two solvers work at a time. Where no rule or price reaches beyond one machine, each takes half
 * of the machines, drawn anew in every round, and rests where its half holds nothing to place;
 * elsewhere both anneal all of it, from different seeds. One thread calls; the result is the best
 * placement seen.
 */
public final class GlobalSolver {

  private static final int ROUNDS = 40;

  /** Machines of each worker, where they are split: among fewer there is hardly what to choose. */
  private static final int FEWEST = 8;

  private static final long SHORTEST = Duration.ofMillis(500).toNanos();
  private static final long LONGEST = Duration.ofSeconds(8).toNanos();

  private final LongSupplier nanos;
  private final Executor executor;
  private final int workers;
  private final Precedence precedence;
  private volatile boolean interrupted;
  private volatile boolean stopped;

  /** Two workers. */
  public GlobalSolver(LongSupplier nanos, Executor executor) {
    this(nanos, executor, 2, new Precedence());
  }

  /**
   * @param nanos the clock
   * @param executor runs the solvers; platform threads, since they compute
   * @param workers solvers at work at the same time
   * @param precedence who goes before them
   */
  public GlobalSolver(LongSupplier nanos, Executor executor, int workers, Precedence precedence) {
    this.precedence = precedence;
    this.nanos = nanos;
    this.executor = executor;
    this.workers = workers;
  }

  /** Ends a solve that runs, soon and with the best it has found, and every later one. */
  public void interrupt() {
    interrupted = true;
  }

  /** Ends a solve that runs, soon and with the best it has found. */
  public void stop() {
    stopped = true;
  }

  private boolean isOver() {
    return interrupted || stopped;
  }

  /** How far a solve may go from where it begins. */
  public enum Manner {
    /** Anneal: the beginning hardly matters. */
    ANEW,
    /** Late acceptance alone: little is moved that gains little. */
    FROM_HERE
  }

  /**
   * What to put into a solve.
   *
   * @param steps 0 to go by time; else one descent of so many moves, the same for the same seed
   */
  public record Effort(Duration time, long seed, Manner manner, long steps) {
    public Effort(Duration time, long seed, Manner manner) {
      this(time, seed, manner, 0);
    }
  }

  /**
   * A phase's figures.
   *
   * @param moves moves that OptaPlanner judged in it
   * @param tried neighbours that its moves priced
   */
  public record Progress(
      String phase, double seconds, int[] placement, Verdict verdict, long moves, long tried) {}

  /** The best placement seen. */
  public record Outcome(int[] placement, Verdict verdict, long moves, long tried) {}

  public Outcome solve(Problem problem, int[] from, Effort effort, Consumer<Progress> progress) {
    stopped = false;
    return new Run(problem, from, effort, progress).run();
  }

  private final class Run {

    private final Problem problem;
    private final Effort effort;
    private final Consumer<Progress> progress;
    private final long began = nanos.getAsLong();
    private final Dice dice;
    private int[] best;
    private Verdict verdict;
    private int[] now;
    private Verdict end;
    private long moves;
    private long tried;
    private long seed;
    private boolean begun;

    Run(Problem problem, int[] from, Effort effort, Consumer<Progress> progress) {
      this.problem = problem;
      this.effort = effort;
      this.progress = progress;
      this.dice = new Dice(effort.seed());
      this.seed = effort.seed() * 1_000;
      this.best = from;
      this.now = from;
      this.verdict = Verdict.of(problem, from);
    }

    Outcome run() {
      if (now.length > 0 && problem.machines().count() > 0) {
        search();
      }
      return new Outcome(best, verdict, moves, tried);
    }

    private void search() {
      if (effort.steps() > 0) {
        wholes(effort.time(), Cooling.NONE);
        return;
      }
      boolean anneals = effort.manner() == Manner.ANEW;
      rounds("construction and descent", anneals ? until(0.04) : until(1), Cooling.NONE);
      if (anneals) {
        Heat heat = rehearsed(Heat.of(problem, best, effort.seed()));
        long from = nanos.getAsLong();
        rounds("annealing", until(0.94), heat.cooling(from, until(0.94) - from));
        now = best;
        rounds("last descent", until(1), Cooling.NONE);
      }
    }

    /** A quick annealing tells between which heats the placement is decided. */
    private Heat rehearsed(Heat widest) {
      Melting melting = new Melting(worth(verdict), problem.opens());
      long from = nanos.getAsLong();
      Cooling cooling = widest.cooling(from, until(0.14) - from);
      if (cooling.hot()) {
        rounds(
            "rehearsal",
            until(0.14),
            cooling,
            () -> melting.seen(cooling.at(nanos.getAsLong()), worth(end)));
      }
      return melting.within(widest);
    }

    private static long worth(Verdict verdict) {
      return verdict.unplaced() + verdict.cost();
    }

    private long until(double part) {
      return began + (long) (effort.time().toNanos() * part);
    }

    /**
     * Every few seconds halves are drawn anew, or all go on from the best of those at work. The
     * first round of all is there however short the time, since it places what is not placed.
     */
    private void rounds(String phase, long until, Cooling cooling) {
      rounds(phase, until, cooling, () -> {});
    }

    private void rounds(String phase, long until, Cooling cooling, Runnable afterEach) {
      long movesBefore = moves;
      long triedBefore = tried;
      boolean split =
          workers > 1 && problem.separable() && problem.machines().count() >= FEWEST * workers;
      long left = until - nanos.getAsLong();
      long each = split || cooling.hot() ? Math.clamp(left / ROUNDS, SHORTEST, LONGEST) : left;
      while ((!begun || nanos.getAsLong() < until - SHORTEST / 2) && !isOver()) {
        begun = true;
        Duration time = Duration.ofNanos(Math.min(each, until - nanos.getAsLong()));
        if (split) {
          halves(time, cooling);
        } else {
          wholes(time, cooling);
        }
        afterEach.run();
        progress.accept(
            new Progress(
                phase,
                (nanos.getAsLong() - began) / 1e9,
                best,
                verdict,
                moves - movesBefore,
                tried - triedBefore));
      }
    }

    private void wholes(Duration time, Cooling cooling) {
      List<Leg> legs =
          IntStream.range(0, cooling.hot() ? workers : 1)
              .mapToObj(i -> leg(problem, now, time, cooling))
              .toList();
      Verdict nearest = null;
      for (Leg.Done done : all(legs)) {
        offer(done.best());
        Verdict its = Verdict.of(problem, done.end());
        if (nearest == null || its.compareTo(nearest) < 0) {
          nearest = its;
          now = done.end();
        }
      }
      end = nearest;
    }

    private void halves(Duration time, Cooling cooling) {
      List<Part> parts = parts();
      List<Leg.Done> done =
          all(
              parts.stream()
                  .map(part -> leg(part.problem(), part.placement(), time, cooling))
                  .toList());
      int[] bests = now.clone();
      int[] ends = now.clone();
      for (int i = 0; i < parts.size(); i++) {
        parts.get(i).into(bests, done.get(i).best());
        parts.get(i).into(ends, done.get(i).end());
      }
      offer(bests);
      end = offer(ends);
      now = cooling.hot() ? ends : bests;
    }

    private List<Part> parts() {
      List<BitSet> machines = dealt(problem.machines().count());
      List<BitSet> waiting = dealt(now.length);
      List<Part> parts = new ArrayList<>();
      for (int i = 0; i < workers; i++) {
        parts.add(Part.of(problem, now, machines.get(i).stream().toArray(), waiting.get(i)));
      }
      parts.removeIf(part -> part.processes().length == 0);
      return parts;
    }

    /** Numbers from 0 to below the count, to each worker as many as to the others, or one more. */
    private List<BitSet> dealt(int count) {
      List<BitSet> hands = IntStream.range(0, workers).mapToObj(i -> new BitSet(count)).toList();
      int[] pack = IntStream.range(0, count).toArray();
      for (int left = count; left > 0; left--) {
        int drawn = dice.below(left);
        hands.get(left % workers).set(pack[drawn]);
        pack[drawn] = pack[left - 1];
      }
      return hands;
    }

    private Leg leg(Problem of, int[] from, Duration time, Cooling cooling) {
      EnvironmentMode mode =
          effort.steps() > 0 ? EnvironmentMode.REPRODUCIBLE : EnvironmentMode.NON_REPRODUCIBLE;
      return new Leg(
          of,
          from,
          seed++,
          time,
          effort.steps(),
          cooling,
          nanos,
          precedence,
          GlobalSolver.this::isOver,
          mode);
    }

    private List<Leg.Done> all(List<Leg> legs) {
      List<CompletableFuture<Leg.Done>> runs =
          legs.stream().map(leg -> CompletableFuture.supplyAsync(leg::run, executor)).toList();
      List<Leg.Done> done = runs.stream().map(CompletableFuture::join).toList();
      for (Leg.Done one : done) {
        moves += one.moves();
        tried += one.tried();
      }
      return done;
    }

    private Verdict offer(int[] placement) {
      Verdict offered = Verdict.of(problem, placement);
      if (offered.compareTo(verdict) < 0) {
        verdict = offered;
        best = placement;
      }
      return offered;
    }
  }
}
