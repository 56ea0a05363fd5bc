package dev.ballast.executor.docker;

import com.github.dockerjava.api.command.InspectContainerResponse;
import dev.ballast.core.container.ContainerState;
import dev.ballast.core.container.ContainerState.Phase;
import dev.ballast.core.container.PodRef;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Map;

/** Docker's answer as {@link ContainerState}. Pure. */
final class States {

  /** What an engine reports as the exit code of a container that it could not start. */
  private static final int START_FAILED = 128;

  private States() {}

  static ContainerState of(InspectContainerResponse answer) {
    Map<String, String> labels = answer.getConfig().getLabels();
    InspectContainerResponse.ContainerState state = answer.getState();
    String error = state.getError() == null ? "" : state.getError();
    Phase phase = phase(state.getStatus(), error);
    boolean neverStarted = phase == Phase.EXITED && "created".equals(state.getStatus());
    Instant created = instant(answer.getCreated());
    Long code = state.getExitCodeLong();
    return new ContainerState(
        answer.getId(),
        answer.getName().substring(1),
        new PodRef(
            labels.getOrDefault(Labels.NAMESPACE, ""),
            labels.getOrDefault(Labels.POD, ""),
            labels.getOrDefault(Labels.UID, "")),
        labels.getOrDefault(Labels.CONTAINER, ""),
        number(labels.get(Labels.ATTEMPT)),
        number(labels.get(Labels.SANDBOX_ATTEMPT)),
        labels.getOrDefault(Labels.HASH, ""),
        phase,
        neverStarted ? START_FAILED : code == null ? 0 : code.intValue(),
        Boolean.TRUE.equals(state.getOOMKilled()),
        answer.getConfig().getImage(),
        answer.getImageId(),
        labels.getOrDefault(Labels.NETWORK_ADDRESS, address(answer)),
        created,
        neverStarted ? created : instant(state.getStartedAt()),
        neverStarted ? created : finished(state),
        error);
  }

  /** A failed start leaves the container "created" with an error: it has had its run. */
  private static Phase phase(String status, String error) {
    return switch (status) {
      case "created" -> error.isEmpty() ? Phase.CREATED : Phase.EXITED;
      case "running", "paused", "restarting" -> Phase.RUNNING;
      default -> Phase.EXITED;
    };
  }

  /** The same in another phase. */
  static ContainerState in(Phase phase, ContainerState state) {
    return new ContainerState(
        state.id(),
        state.name(),
        state.pod(),
        state.container(),
        state.attempt(),
        state.sandboxAttempt(),
        state.hash(),
        phase,
        state.exitCode(),
        state.oomKilled(),
        state.image(),
        state.imageId(),
        state.address(),
        state.createdAt(),
        state.startedAt(),
        state.finishedAt(),
        state.error());
  }

  static String address(InspectContainerResponse answer) {
    if (answer.getNetworkSettings() == null || answer.getNetworkSettings().getNetworks() == null) {
      return "";
    }
    return answer.getNetworkSettings().getNetworks().values().stream()
        .map(network -> network.getIpAddress())
        .filter(address -> address != null && !address.isEmpty())
        .findFirst()
        .orElse("");
  }

  /** Docker 20.10 may note the start of a container that ends at once after its end. */
  private static Instant finished(InspectContainerResponse.ContainerState state) {
    Instant started = instant(state.getStartedAt());
    Instant finished = instant(state.getFinishedAt());
    return finished.equals(Instant.EPOCH) || finished.isAfter(started) ? finished : started;
  }

  private static int number(String text) {
    return text == null ? 0 : Integer.parseInt(text);
  }

  /** Docker writes year 1 for "never". */
  private static Instant instant(String text) {
    if (text == null || text.isEmpty() || text.startsWith("0001-")) {
      return Instant.EPOCH;
    }
    return OffsetDateTime.parse(text).toInstant();
  }
}
