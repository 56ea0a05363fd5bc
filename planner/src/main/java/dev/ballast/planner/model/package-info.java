/**
 * What a global plan must decide, as plain arrays: machines, processes, rules and prices. Nothing
 * here knows a solver, a file format or Kubernetes.
 */
package dev.ballast.planner.model;
