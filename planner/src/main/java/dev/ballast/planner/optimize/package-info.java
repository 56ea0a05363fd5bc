/** The background optimiser at work: when to look, what to carry out, and how it went. */
package dev.ballast.planner.optimize;
