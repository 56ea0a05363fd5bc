/** The planner: which pods wait, when to try them, and the loop from snapshot to plan. */
package dev.ballast.planner;
