/** Why a pod waits and what would help: fixes, each tried on a copy of the cluster before told. */
package dev.ballast.planner.advice;
