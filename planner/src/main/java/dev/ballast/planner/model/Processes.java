package dev.ballast.planner.model;

/**
 * The processes, in arrays indexed by process.
 *
 * @param shape what each takes
 * @param group which group of {@link Groups} each belongs to
 * @param start the machine where each is now, or -1
 * @param movePrice what a process costs that is elsewhere than at its start
 * @param unplacedPrice what a process costs that is nowhere; counted apart from all other prices
 */
public record Processes(
    int count, int[] shape, int[] group, int[] start, long[] movePrice, long[] unplacedPrice) {}
