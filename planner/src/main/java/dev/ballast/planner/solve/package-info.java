/** Where pods go, asked of OptaPlanner; nothing outside this package sees the solver. */
package dev.ballast.planner.solve;
