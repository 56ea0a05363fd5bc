/** The load generators' own HTTP client. */
package dev.ballast.bench.wire;
