package dev.ballast.control.informer;

import dev.ballast.core.resource.ObjectKey;

/**
 * One version of an object, decoded.
 *
 * @param revision the commit that wrote this version; what a patch of it names
 */
public record Cached<T>(ObjectKey key, long revision, T value) {}
