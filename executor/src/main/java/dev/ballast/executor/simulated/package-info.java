/** A container runtime in memory, for simulated nodes. */
package dev.ballast.executor.simulated;
