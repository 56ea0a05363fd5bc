/**
 * The rules that decide whether a pod may run on a node, as pure functions of the two: what a pod
 * asks for, and which nodes it accepts. The planner, the applier and the node agents share them.
 */
package dev.ballast.core.placement;
