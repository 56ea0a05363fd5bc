/**
 * The background optimiser: OptaPlanner's phases, acceptors and score over {@link
 * dev.ballast.planner.model.Problem}, with construction, moves and cloning of our own.
 */
package dev.ballast.planner.solve.global;
