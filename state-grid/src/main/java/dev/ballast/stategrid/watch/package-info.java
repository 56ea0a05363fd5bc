/** Watches over the recent changes and, behind those, the log. */
package dev.ballast.stategrid.watch;
