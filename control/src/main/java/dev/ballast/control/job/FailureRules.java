package dev.ballast.control.job;

import dev.ballast.control.informer.Cached;
import dev.ballast.core.model.Pod;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Judges a failed pod by the Job's podFailurePolicy: the first rule that matches counts. Pure. */
final class FailureRules {

  enum Verdict {
    COUNT,
    IGNORE,
    FAIL_INDEX,
    FAIL_JOB
  }

  /**
   * @param why for people: which rule matched what; "" where no rule did
   */
  record Judgement(Verdict verdict, String why) {}

  private FailureRules() {}

  static Judgement judge(Job.PodFailurePolicy policy, Cached<Pod> pod) {
    if (policy != null && pod.value().status().phase().equals("Failed")) {
      for (int i = 0; i < policy.rules().size(); i++) {
        Job.Rule rule = policy.rules().get(i);
        Optional<String> match = match(rule, pod);
        if (match.isPresent()) {
          return new Judgement(
              verdict(rule.action()),
              match.get() + " matching " + rule.action() + " rule at index " + i);
        }
      }
    }
    return new Judgement(Verdict.COUNT, "");
  }

  private static Verdict verdict(String action) {
    return switch (action) {
      case "FailJob" -> Verdict.FAIL_JOB;
      case "FailIndex" -> Verdict.FAIL_INDEX;
      case "Ignore" -> Verdict.IGNORE;
      default -> Verdict.COUNT;
    };
  }

  private static Optional<String> match(Job.Rule rule, Cached<Pod> pod) {
    String name = pod.key().namespace() + "/" + pod.key().name();
    if (rule.onExitCodes() != null) {
      return exited(pod.value())
          .filter(container -> matches(rule.onExitCodes(), container))
          .findFirst()
          .map(
              c ->
                  "Container "
                      + c.name()
                      + " for pod "
                      + name
                      + " failed with exit code "
                      + c.state().terminated().exitCode());
    }
    for (Job.PodConditionPattern pattern : rule.onPodConditions()) {
      boolean holds =
          pod.value()
              .condition(pattern.type())
              .filter(c -> c.status().equals(pattern.status()))
              .isPresent();
      if (holds) {
        return Optional.of("Pod " + name + " has condition " + pattern.type());
      }
    }
    return Optional.empty();
  }

  /** Containers that ended in failure, init containers too. */
  private static Stream<Pod.ContainerStatus> exited(Pod pod) {
    return Stream.of(pod.status().initContainerStatuses(), pod.status().containerStatuses())
        .flatMap(List::stream)
        .filter(c -> c.state().terminated() != null && c.state().terminated().exitCode() != 0);
  }

  private static boolean matches(Job.ExitCodes pattern, Pod.ContainerStatus container) {
    boolean named =
        pattern.containerName().isEmpty() || pattern.containerName().equals(container.name());
    boolean in = pattern.values().contains(container.state().terminated().exitCode());
    return named && in == pattern.operator().equals("In");
  }
}
