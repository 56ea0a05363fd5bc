package dev.ballast.executor.pod;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.ballast.core.container.ContainerState;
import dev.ballast.core.container.ContainerState.Phase;
import dev.ballast.executor.manifest.PodManifest;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is decided for each pair of sandbox and container state, under each goal. */
class PodSyncTest {

  @ParameterizedTest(name = "{0} sandbox, {1} app -> {2} | {3} | {4}")
  @CsvSource({
    // sandbox, app, Always, OnFailure, Never
    "none,    none,    sandbox0,              sandbox0,              sandbox0",
    "none,    created, sandbox1,              sandbox1,              sandbox1",
    "none,    running, stop,                  stop,                  stop",
    "none,    exit0,   sandbox1,              '',                    ''",
    "none,    exit1,   sandbox1,              sandbox1,              ''",
    "created, none,    sandbox0,              sandbox0,              sandbox0",
    "created, created, sandbox0,              sandbox0,              sandbox0",
    "created, running, stop,                  stop,                  stop",
    "created, exit0,   sandbox0,              removeS,               removeS",
    "created, exit1,   sandbox0,              sandbox0,              removeS",
    "running, none,    start0,                start0,                start0",
    "running, created, start0,                start0,                start0",
    "running, running, '',                    '',                    ''",
    "running, exit0,   start1,                removeS,               removeS",
    "running, exit1,   start1,                start1,                removeS",
    "exited,  none,    removeS sandbox1,      removeS sandbox1,      removeS sandbox1",
    "exited,  created, removeS sandbox1,      removeS sandbox1,      removeS sandbox1",
    "exited,  running, stop,                  stop,                  stop",
    "exited,  exit0,   removeS sandbox1,      removeS,               removeS",
    "exited,  exit1,   removeS sandbox1,      removeS sandbox1,      removeS",
  })
  void aPodThatShouldRun(
      String sandbox, String app, String always, String onFailure, String never) {
    assertEquals(always, plan("Always", "", "{}", true, sandbox, app));
    assertEquals(onFailure, plan("OnFailure", "", "{}", true, sandbox, app));
    assertEquals(never, plan("Never", "", "{}", true, sandbox, app));
  }

  @ParameterizedTest(name = "{0} sandbox, {1} app -> {2} | {3}")
  @CsvSource({
    // sandbox, app, deleted or gone, settled
    "none,    none,    finish,                 ''",
    "none,    created, removeA finish,         ''",
    "none,    running, stop,                   stop",
    "none,    exit0,   removeA finish,         ''",
    "running, none,    removeS finish,         removeS",
    "running, created, removeA removeS finish, removeS",
    "running, running, stop,                   stop",
    "running, exit1,   removeA removeS finish, removeS",
    "exited,  none,    removeS finish,         removeS",
    "exited,  running, stop,                   stop",
    "exited,  exit0,   removeA removeS finish, removeS",
  })
  void aPodThatShouldEnd(String sandbox, String app, String going, String settled) {
    String deleting =
        ",\"deletionTimestamp\":\"2026-01-01T00:00:09Z\",\"deletionGracePeriodSeconds\":9";
    for (String policy : List.of("Always", "OnFailure", "Never")) {
      assertEquals(going, plan(policy, deleting, "{}", true, sandbox, app));
      assertEquals(going, plan(policy, "", "{}", false, sandbox, app));
      assertEquals(settled, plan(policy, "", "{\"phase\":\"Failed\"}", true, sandbox, app));
      assertEquals(settled, plan(policy, "", "{\"phase\":\"Succeeded\"}", true, sandbox, app));
    }
  }

  private static String plan(
      String policy, String metadata, String status, boolean wanted, String sandbox, String app) {
    PodManifest pod = Samples.pod(policy, metadata, status);
    List<ContainerState> instances = new ArrayList<>();
    switch (sandbox) {
      case "created" -> instances.add(Samples.sandbox(Phase.CREATED, 0));
      case "running" -> instances.add(Samples.sandbox(Phase.RUNNING, 0));
      case "exited" -> instances.add(Samples.sandbox(Phase.EXITED, 0));
      default -> {}
    }
    switch (app) {
      case "created" -> instances.add(Samples.app(Phase.CREATED, 0, 0, 0));
      case "running" -> instances.add(Samples.app(Phase.RUNNING, 0, 0, 0));
      case "exit0" -> instances.add(Samples.app(Phase.EXITED, 0, 0, 0));
      case "exit1" -> instances.add(Samples.app(Phase.EXITED, 0, 0, 1));
      default -> {}
    }
    return PodSync.decide(Samples.snapshot(pod, wanted, instances), Samples.at(5))
        .actions()
        .stream()
        .map(PodSyncTest::word)
        .collect(Collectors.joining(" "));
  }

  private static String word(PodAction action) {
    return switch (action) {
      case PodAction.CreateSandbox create -> "sandbox" + create.attempt();
      case PodAction.Start start -> "start" + start.attempt();
      case PodAction.Stop stop -> "stop";
      case PodAction.Remove remove -> remove.instance().isSandbox() ? "removeS" : "removeA";
      case PodAction.Prepare prepare -> "prepare" + prepare.attempt();
      case PodAction.Pull pull -> "pull";
      case PodAction.Tell tell -> "tell";
      case PodAction.Finish finish -> "finish";
    };
  }
}
