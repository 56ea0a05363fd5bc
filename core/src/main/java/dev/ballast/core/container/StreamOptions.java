package dev.ballast.core.container;

/** Which streams to join. With {@code tty} both outputs arrive as stdout. */
public record StreamOptions(boolean stdin, boolean stdout, boolean stderr, boolean tty) {}
