package dev.ballast.stategrid.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FaultScheduleTest {

  @Test
  void twoSeedsInARowMeetEveryFault() {
    for (long seed = 0; seed < 200; seed += 2) {
      Set<Fault> met = EnumSet.copyOf(Fault.dealtTo(seed));
      assertEquals(Fault.values().length / 2, met.size());
      met.addAll(Fault.dealtTo(seed + 1));
      assertEquals(EnumSet.allOf(Fault.class), met);
    }
  }

  @Test
  void seedsDiffer() {
    assertNotEquals(Fault.dealtTo(0), Fault.dealtTo(2));
    assertEquals(Fault.dealtTo(7), Fault.dealtTo(7));
  }
}
