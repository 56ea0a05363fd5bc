package dev.ballast.core.identity;

import java.util.UUID;
import java.util.random.RandomGenerator;

/** Ids drawn from a generator: a seeded one in simulations, a secure one in production. */
public final class RandomIds implements Ids {

  private static final String ALPHABET = "bcdfghjklmnpqrstvwxz2456789";

  private final RandomGenerator random;

  public RandomIds(RandomGenerator random) {
    this.random = random;
  }

  @Override
  public synchronized String uid() {
    long high = (random.nextLong() & ~0xF000L) | 0x4000L;
    long low = (random.nextLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
    return new UUID(high, low).toString();
  }

  @Override
  public synchronized String suffix(int length) {
    StringBuilder text = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      text.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
    }
    return text.toString();
  }
}
