/** Keeps the books of PodDisruptionBudgets. */
package dev.ballast.control.budget;
