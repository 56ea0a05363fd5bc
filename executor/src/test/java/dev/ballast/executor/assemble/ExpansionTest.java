package dev.ballast.executor.assemble;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExpansionTest {

  @ParameterizedTest
  @CsvSource({
    "plain,            plain",
    "$(A),             1",
    "x$(A)y$(B)z,      x1y2z",
    "$(NONE),          $(NONE)",
    "$$(A),            $(A)",
    "$$$(A),           $1",
    "$(A,              $(A",
    "$A,               $A",
    "cost: 5$,         cost: 5$",
    "$(A)$(A),         11",
  })
  void expandsAsKubernetesDoes(String text, String expected) {
    assertEquals(expected, Expansion.expand(text, Map.of("A", "1", "B", "2")));
  }
}
