/** Rolls a template out through ReplicaSets, and keeps the history of templates. */
package dev.ballast.control.deployment;
