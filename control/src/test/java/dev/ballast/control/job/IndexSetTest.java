package dev.ballast.control.job;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class IndexSetTest {

  @ParameterizedTest
  @CsvSource({
    "'', 10, ''",
    "3, 10, 3",
    "'0,1', 10, '0,1'",
    "'0-2', 10, '0-2'",
    "'0-1', 10, '0,1'",
    "'1,3-5,7', 10, '1,3-5,7'",
    "'7,3,4,5', 10, '3-5,7'",
    "'0-99', 5, '0-4'",
    "'x,2,-', 5, '2'",
  })
  void readsAndWrites(String text, int limit, String written) {
    assertEquals(written, IndexSet.text(IndexSet.parse(text, limit)));
  }
}
