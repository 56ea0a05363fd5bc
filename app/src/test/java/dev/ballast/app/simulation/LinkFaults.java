package dev.ballast.app.simulation;

import dev.ballast.core.store.CommitResult;
import dev.ballast.core.store.StoreUnavailableException;
import dev.ballast.core.store.Write;
import dev.ballast.core.time.Timers;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** What is wrong between a machine and the store. Zero for "one in" means never. */
final class LinkFaults {

  private final Random random;
  private final Timers timers;
  private final List<Runnable> signals = new ArrayList<>();
  private boolean late;
  boolean cut;
  boolean repeating;
  int failOneIn;
  int conflictOneIn;
  int loseAnswerOneIn;
  int endWatchOneIn;

  LinkFaults(Random random, Timers timers) {
    this.random = random;
    this.timers = timers;
  }

  void clear() {
    cut = false;
    repeating = false;
    failOneIn = 0;
    conflictOneIn = 0;
    loseAnswerOneIn = 0;
    endWatchOneIn = 0;
    late(false);
  }

  /** While late, watches show nothing new; afterwards all of it. */
  void late(boolean isLate) {
    late = isLate;
    if (!isLate) {
      signals.forEach(timers::execute);
    }
  }

  boolean isLate() {
    return late;
  }

  boolean isCalm() {
    return !cut && !late && failOneIn == 0 && loseAnswerOneIn == 0 && conflictOneIn == 0;
  }

  void opened(Runnable signal) {
    signals.add(signal);
  }

  void closed(Runnable signal) {
    signals.remove(signal);
  }

  boolean endsWatch() {
    return cut || happens(endWatchOneIn);
  }

  void requireLink() {
    if (cut || happens(failOneIn)) {
      throw new StoreUnavailableException("simulated");
    }
  }

  Optional<CommitResult> before(List<Write> writes) {
    if (cut || happens(failOneIn)) {
      return Optional.of(new CommitResult.Unavailable("simulated"));
    }
    return writes.getFirst() instanceof Write.Replace replace && happens(conflictOneIn)
        ? Optional.of(new CommitResult.Conflict(replace.key(), replace.expectedRevision(), 0))
        : Optional.empty();
  }

  void after() {
    if (happens(loseAnswerOneIn)) {
      throw new StoreUnavailableException("simulated: the answer was lost");
    }
  }

  private boolean happens(int oneIn) {
    return oneIn > 0 && random.nextInt(oneIn) == 0;
  }
}
