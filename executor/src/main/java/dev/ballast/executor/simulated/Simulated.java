package dev.ballast.executor.simulated;

import dev.ballast.core.container.ContainerSpec;
import dev.ballast.core.container.ContainerState;
import dev.ballast.core.container.ContainerState.Phase;
import dev.ballast.core.container.SandboxSpec;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;

/** One simulated sandbox or container. Guarded by its runtime. */
final class Simulated {

  private ContainerState state;
  private final Behaviour behaviour;
  private final CountDownLatch ended = new CountDownLatch(1);

  private Simulated(ContainerState state, Behaviour behaviour) {
    this.state = state;
    this.behaviour = behaviour;
  }

  static Simulated sandbox(String id, SandboxSpec spec, String address, Instant now) {
    return new Simulated(
        new ContainerState(
            id,
            spec.name(),
            spec.pod(),
            "",
            spec.attempt(),
            spec.attempt(),
            "",
            Phase.CREATED,
            0,
            false,
            "simulated/pause",
            "sha256:pause",
            address,
            now,
            Instant.EPOCH,
            Instant.EPOCH,
            ""),
        Behaviour.FOREVER);
  }

  static Simulated container(
      String id, ContainerSpec spec, String imageId, Behaviour behaviour, Instant now) {
    return new Simulated(
        new ContainerState(
            id,
            spec.name(),
            spec.pod(),
            spec.container(),
            spec.attempt(),
            spec.sandboxAttempt(),
            spec.hash(),
            Phase.CREATED,
            0,
            false,
            spec.image(),
            imageId,
            "",
            now,
            Instant.EPOCH,
            Instant.EPOCH,
            ""),
        behaviour);
  }

  ContainerState state() {
    return state;
  }

  Behaviour behaviour() {
    return behaviour;
  }

  CountDownLatch ended() {
    return ended;
  }

  void start(Instant now) {
    state = with(Phase.RUNNING, 0, false, now, Instant.EPOCH);
  }

  void exit(int code, boolean oom, Instant now) {
    state = with(Phase.EXITED, code, oom, state.startedAt(), now);
    ended.countDown();
  }

  private ContainerState with(Phase phase, int code, boolean oom, Instant start, Instant end) {
    return new ContainerState(
        state.id(),
        state.name(),
        state.pod(),
        state.container(),
        state.attempt(),
        state.sandboxAttempt(),
        state.hash(),
        phase,
        code,
        oom,
        state.image(),
        state.imageId(),
        state.address(),
        state.createdAt(),
        start,
        end,
        "");
  }
}
