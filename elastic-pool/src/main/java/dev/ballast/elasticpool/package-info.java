/** Pools of machines, kept at the size that they should have. */
package dev.ballast.elasticpool;
