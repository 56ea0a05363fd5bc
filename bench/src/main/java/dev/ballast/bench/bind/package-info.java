/** The whole product, from a pod's creation over REST to its durable binding. */
package dev.ballast.bench.bind;
