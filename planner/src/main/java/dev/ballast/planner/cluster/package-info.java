/** The whole cluster as a placement problem, and back. */
package dev.ballast.planner.cluster;
