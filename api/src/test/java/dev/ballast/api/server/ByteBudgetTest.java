package dev.ballast.api.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ballast.core.telemetry.Telemetry;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ByteBudgetTest {

  private final List<String> cut = new ArrayList<>();
  private final ByteBudget budget = new ByteBudget(100, Telemetry.NONE, "held", "cut");

  private ByteBudget.Share share(String name) {
    return budget.share(() -> cut.add(name));
  }

  @Test
  void theOneWithoutProgressForLongestGoes() {
    var first = share("first");
    var second = share("second");
    var third = share("third");
    assertTrue(first.hold(40));
    assertTrue(second.hold(40));
    first.release(10);
    assertTrue(third.hold(40));
    assertEquals(List.of("second"), cut);
    assertEquals(70, budget.held());
    assertFalse(second.hold(1), "once cut, for ever");
    second.release(40);
    second.close();
    assertEquals(70, budget.held());
    assertTrue(third.hold(60));
    assertEquals(List.of("second", "first"), cut);
  }

  @Test
  void moreToReadIsNoProgressAndMoreSentIs() {
    var dead = share("dead");
    var live = share("live");
    dead.hold(30);
    live.hold(30);
    dead.hold(30);
    assertTrue(live.hold(30));
    assertEquals(List.of("dead"), cut);

    var stalled = share("stalled");
    live.close();
    stalled.receive(30);
    var sender = share("sender");
    sender.receive(30);
    stalled.receive(30);
    assertTrue(stalled.receive(30));
    assertEquals(List.of("dead", "sender"), cut);
  }

  @Test
  void oneAloneMayHoldMore() {
    var only = share("only");
    assertTrue(only.hold(500));
    assertEquals(List.of(), cut);
    only.release(500);
    assertEquals(0, budget.held());
  }

  @Test
  void whoHoldsNothingIsNeverCut() {
    var idle = share("idle");
    idle.hold(10);
    idle.release(10);
    var busy = share("busy");
    assertTrue(busy.hold(99));
    assertTrue(share("other").hold(50));
    assertEquals(List.of("busy"), cut);
    idle.close();
    assertEquals(50, budget.held());
  }
}
