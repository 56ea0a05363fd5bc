package dev.ballast.executor.docker;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OomScoreTest {

  @ParameterizedTest
  @CsvSource({
    "000001ffffffffff, 0,   -1000",
    "000001fffeffffff, 0,   0",
    "000001fffeffffff, 100, 100",
    "0000000000000000, 7,   7",
  })
  void lowersOnlyWhereTheMachineAllows(String bounding, String own, int lowest) {
    String status = "Name:\tx\nCapEff:\t0000000000000000\nCapBnd:\t" + bounding + "\n";
    assertEquals(lowest, OomScore.lowest(status, own + "\n"));
  }
}
