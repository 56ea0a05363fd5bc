package dev.ballast.planner.solve.global;

import dev.ballast.planner.model.Problem;

/**
 * Which machine each process is on, in pieces that copies share until one of them writes: a copy of
 * 100,000 processes costs a few hundred pointers. One thread may write a board; copies may be read
 * by any.
 */
final class Board {

  private static final int BITS = 8;
  private static final int PIECE = 1 << BITS;

  private final int[][] pieces;
  private final boolean[] own;
  private final int size;

  private Board(int[][] pieces, int size) {
    this.pieces = pieces;
    this.own = new boolean[pieces.length];
    this.size = size;
  }

  static Board of(int[] placement) {
    int[][] pieces = new int[(placement.length + PIECE - 1) >> BITS][PIECE];
    for (int i = 0; i < placement.length; i++) {
      pieces[i >> BITS][i & PIECE - 1] = placement[i];
    }
    return new Board(pieces, placement.length);
  }

  Board copy() {
    java.util.Arrays.fill(own, false);
    return new Board(pieces.clone(), size);
  }

  int size() {
    return size;
  }

  /** {@link Problem#UNPLACED} for nowhere. */
  int at(int process) {
    return pieces[process >> BITS][process & PIECE - 1];
  }

  void put(int process, int machine) {
    int piece = process >> BITS;
    if (!own[piece]) {
      pieces[piece] = pieces[piece].clone();
      own[piece] = true;
    }
    pieces[piece][process & PIECE - 1] = machine;
  }

  int[] placement() {
    int[] placement = new int[size];
    for (int i = 0; i < size; i++) {
      placement[i] = at(i);
    }
    return placement;
  }
}
