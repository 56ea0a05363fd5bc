package dev.ballast.core.identity;

/** Where names and uids come from. Injected, so that a simulation repeats. Thread-safe. */
public interface Ids {

  /** A new RFC 4122 uid in text form. */
  String uid();

  /**
   * Random lower-case letters and digits for {@code generateName}, from Kubernetes' alphabet
   * without vowels and look-alikes (bcdfghjklmnpqrstvwxz2456789).
   */
  String suffix(int length);
}
