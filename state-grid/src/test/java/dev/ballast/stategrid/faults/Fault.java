package dev.ballast.stategrid.faults;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** What can happen to members, and which of it a seed meets. */
enum Fault {
  STOP_LEADER,
  KILL_LEADER,
  KILL_ANY,
  PAUSE_LEADER,
  PAUSE_ANY,
  /** While nothing is written, and asked the moment it goes on. */
  PAUSE_IDLE_LEADER,
  CUT_OFF_LEADER,
  CUT_OFF_ANY,
  DEAF,
  MUTE,
  NO_MAJORITY,
  DISK_FULL,
  DISK_WIPED,
  CLOCK_MOVED,
  SLOW_LEADER,
  SLOW_ANY,
  SNAPSHOT;

  /**
   * What a whole run of the seed holds at least, in this order: half of all there is. The other
   * half is its neighbour's, so that two seeds in a row, from an even one on, meet everything.
   */
  static List<Fault> dealtTo(long seed) {
    List<Fault> deck = new ArrayList<>(List.of(values()));
    Collections.shuffle(deck, new Random(seed >> 1));
    int half = deck.size() / 2;
    return List.copyOf((seed & 1) == 0 ? deck.subList(0, half) : deck.subList(half, deck.size()));
  }

  /** Whether enough members reach each other all the time that writes should go on soon. */
  boolean leavesMajority() {
    return this != NO_MAJORITY;
  }
}
