/** The smallest cluster that controllers can be tried on: nodes that run, a store that fails. */
package dev.ballast.testkit.cluster;
