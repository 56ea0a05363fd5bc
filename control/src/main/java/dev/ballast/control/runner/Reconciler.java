package dev.ballast.control.runner;

import dev.ballast.core.action.Action;
import dev.ballast.core.action.Decision;
import dev.ballast.core.time.Now;

/** A controller's mind: a pure function. Deciding twice about the same world is harmless. */
@FunctionalInterface
public interface Reconciler<S> {
  Decision<Action> reconcile(S observed, Now now);
}
