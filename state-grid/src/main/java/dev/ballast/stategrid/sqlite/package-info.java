/** The log of a single member in one SQLite file. JDBC stays in here. */
package dev.ballast.stategrid.sqlite;
