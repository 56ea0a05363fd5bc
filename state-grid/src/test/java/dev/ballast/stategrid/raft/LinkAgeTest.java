package dev.ballast.stategrid.raft;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ballast.core.time.Now;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LinkAgeTest {

  private static final Optional<String> NOBODY = Optional.empty();

  private final LinkAge links = new LinkAge("me", at(0));

  private static Now at(long millis) {
    return new Now(Instant.EPOCH.plusMillis(millis), Duration.ofMillis(millis).toNanos());
  }

  @Test
  void aFollowerMakesThemAnewOnceForEveryLeader() {
    assertTrue(links.isOver(Optional.of("a"), at(10)));
    assertFalse(links.isOver(Optional.of("a"), at(10_000)));
    assertTrue(links.isOver(Optional.of("b"), at(10_010)));
    assertFalse(links.isOver(NOBODY, at(10_020)));
    assertTrue(links.isOver(Optional.of("b"), at(10_030)));
  }

  @Test
  void aLeaderKeepsThem() {
    assertFalse(links.isOver(Optional.of("me"), at(10)));
    assertTrue(links.isOver(Optional.of("a"), at(20)));
  }

  @Test
  void withoutALeaderTheyAreMadeAnewEveryFewSeconds() {
    assertFalse(links.isOver(Optional.of("me"), at(10)));
    assertFalse(links.isOver(NOBODY, at(2_900)));
    assertTrue(links.isOver(NOBODY, at(3_100)));
    assertFalse(links.isOver(NOBODY, at(6_000)));
    assertTrue(links.isOver(NOBODY, at(6_200)));
  }
}
