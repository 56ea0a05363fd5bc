/** The port of the durable log: what a single member and a replicated one have in common. */
package dev.ballast.stategrid.log;
