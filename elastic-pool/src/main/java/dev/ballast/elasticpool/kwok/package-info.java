/** Simulated machines: the leader gives each to a member, and that member's process hosts it. */
package dev.ballast.elasticpool.kwok;
