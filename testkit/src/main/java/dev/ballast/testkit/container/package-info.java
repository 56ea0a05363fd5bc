/** The contract of the container runtime port. */
package dev.ballast.testkit.container;
