/** An entry of the log, and what is kept in memory of it. */
package dev.ballast.stategrid.entry;
