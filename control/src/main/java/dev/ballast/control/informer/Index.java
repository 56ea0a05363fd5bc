package dev.ballast.control.informer;

import java.util.Collection;
import java.util.function.Function;

/**
 * A way to look objects up. Indexes of one name on one informer are the same index.
 *
 * @param terms what an object is found under; pure
 */
public record Index<T>(String name, Function<Cached<T>, Collection<String>> terms) {}
