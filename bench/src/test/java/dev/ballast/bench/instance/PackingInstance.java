package dev.ballast.bench.instance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The public packing instances, which a Python program makes from a seed: log-uniform pods on nodes
 * of six sizes. Its generator of random numbers (MT19937, as Python seeds and reads it) is all that
 * they depend on.
 */
final class PackingInstance {

  private static final int[][] NODES = {
    {4000, 8192}, {4000, 16384}, {8000, 16384}, {8000, 32768}, {16000, 32768}, {16000, 65536}
  };

  private final Mersenne random;

  private PackingInstance(int seed) {
    random = new Mersenne(seed);
  }

  /**
   * @param demand wanted demand over capacity, in both resources at least
   */
  static void write(Path folder, int nodes, int seed, double demand) throws IOException {
    new PackingInstance(seed).write(folder, nodes, demand);
  }

  private void write(Path folder, int count, double demand) throws IOException {
    StringBuilder nodes = new StringBuilder("name,cpu_m,mem_mi\n");
    long cpuWanted = 0;
    long memoryWanted = 0;
    for (int i = 0; i < count; i++) {
      int[] node = NODES[random.below(NODES.length)];
      cpuWanted += node[0];
      memoryWanted += node[1];
      nodes.append("node-%05d,%d,%d\n".formatted(i, node[0], node[1]));
    }
    StringBuilder pods = new StringBuilder("name,cpu_m,mem_mi\n");
    long cpuSum = 0;
    long memorySum = 0;
    for (int i = 0; cpuSum < demand * cpuWanted || memorySum < demand * memoryWanted; i++) {
      int cpu = (int) Math.rint(100 * Math.pow(40, random.next()) / 50) * 50;
      int asked = (int) (cpu / 1000.0 * 512 * Math.pow(16, random.next()));
      int memory = Math.min(Math.max(64, asked / 64 * 64), 16384);
      cpuSum += cpu;
      memorySum += memory;
      pods.append("pod-%06d,%d,%d\n".formatted(i, cpu, memory));
    }
    Files.writeString(folder.resolve("nodes.csv"), nodes);
    Files.writeString(folder.resolve("pods.csv"), pods);
  }

  /** MT19937 (Matsumoto and Nishimura 1998), seeded by an array of one number. */
  private static final class Mersenne {

    private static final int SIZE = 624;
    private static final int AHEAD = 397;

    private final int[] state = new int[SIZE];
    private int at = SIZE;

    Mersenne(int seed) {
      spread(19_650_218);
      int i = 1;
      for (int k = 0; k < SIZE; k++) {
        state[i] = (state[i] ^ (state[i - 1] ^ state[i - 1] >>> 30) * 1_664_525) + seed;
        i = next(i);
      }
      for (int k = 0; k < SIZE - 1; k++) {
        state[i] = (state[i] ^ (state[i - 1] ^ state[i - 1] >>> 30) * 1_566_083_941) - i;
        i = next(i);
      }
      state[0] = 0x80000000;
    }

    private void spread(int seed) {
      state[0] = seed;
      for (int i = 1; i < SIZE; i++) {
        state[i] = 1_812_433_253 * (state[i - 1] ^ state[i - 1] >>> 30) + i;
      }
    }

    private int next(int i) {
      if (i + 1 < SIZE) {
        return i + 1;
      }
      state[0] = state[SIZE - 1];
      return 1;
    }

    private int bits() {
      if (at == SIZE) {
        for (int i = 0; i < SIZE; i++) {
          int y = state[i] & 0x80000000 | state[(i + 1) % SIZE] & 0x7fffffff;
          state[i] = state[(i + AHEAD) % SIZE] ^ y >>> 1 ^ ((y & 1) == 0 ? 0 : 0x9908b0df);
        }
        at = 0;
      }
      int y = state[at++];
      y ^= y >>> 11;
      y ^= y << 7 & 0x9d2c5680;
      y ^= y << 15 & 0xefc60000;
      return y ^ y >>> 18;
    }

    /** From 0 to below 1, 53 bits. */
    double next() {
      long high = bits() >>> 5;
      long low = bits() >>> 6;
      return (high * 67_108_864.0 + low) / 9_007_199_254_740_992.0;
    }

    int below(int bound) {
      int width = 32 - Integer.numberOfLeadingZeros(bound);
      int drawn = bits() >>> 32 - width;
      while (drawn >= bound) {
        drawn = bits() >>> 32 - width;
      }
      return drawn;
    }
  }
}
