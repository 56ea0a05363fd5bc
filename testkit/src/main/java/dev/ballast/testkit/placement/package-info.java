/**
 * Judges placements. Written from the Kubernetes documentation on the bare JSON of nodes and pods,
 * and sharing no code with what it judges: neither the planner's nor core's placement rules.
 */
package dev.ballast.testkit.placement;
