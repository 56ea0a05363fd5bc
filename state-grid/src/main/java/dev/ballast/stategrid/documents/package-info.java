/** Document bytes: the grid, and where to look when it misses. Hazelcast stays in here. */
package dev.ballast.stategrid.documents;
