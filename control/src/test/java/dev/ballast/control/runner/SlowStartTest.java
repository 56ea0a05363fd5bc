package dev.ballast.control.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.ballast.core.action.Action;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.store.DeleteOptions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SlowStartTest {

  private static final Action POD = create(ResourceType.PODS, "");
  private static final Action DELETE =
      new Action.Delete(new ObjectKey(ResourceType.PODS, "default", "old"), DeleteOptions.DEFAULTS);

  private static Action create(ResourceType type, String name) {
    return new Action.Create(new ObjectKey(type, "default", name), Json.object());
  }

  private static List<Integer> sizes(List<Action> actions) {
    List<List<Action>> steps = SlowStart.steps(actions);
    assertEquals(actions, steps.stream().flatMap(List::stream).toList(), "all, in order");
    return steps.stream().map(List::size).toList();
  }

  @Test
  void batchesDouble() {
    assertEquals(List.of(), sizes(List.of()));
    assertEquals(List.of(1), sizes(List.of(POD)));
    assertEquals(List.of(1, 2, 4, 3), sizes(Collections.nCopies(10, POD)));
    assertEquals(List.of(1, 2, 4, 8, 16, 32, 64, 64, 64, 45), sizes(Collections.nCopies(300, POD)));
  }

  @Test
  void whatIsNoGeneratedCreationGoesAlone() {
    Action named = create(ResourceType.REPLICA_SETS, "web-1");
    assertEquals(List.of(1, 1, 1), sizes(List.of(named, named, DELETE)));
    List<Action> mixed = new ArrayList<>(Collections.nCopies(3, POD));
    mixed.add(DELETE);
    mixed.addAll(Collections.nCopies(3, POD));
    mixed.addAll(Collections.nCopies(2, create(ResourceType.ENDPOINT_SLICES, "")));
    assertEquals(List.of(1, 2, 1, 1, 2, 1, 1), sizes(mixed));
  }
}
