/** What a planner decides, as data: planners write it, the applier and the pool read it. */
package dev.ballast.core.plan;
