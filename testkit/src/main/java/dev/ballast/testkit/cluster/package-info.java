/** The smallest cluster that controllers can be tried on: an API that stamps, nodes that run. */
package dev.ballast.testkit.cluster;
