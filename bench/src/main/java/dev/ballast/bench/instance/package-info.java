/** Readers of public placement instances, into the planner's own problem model. */
package dev.ballast.bench.instance;
