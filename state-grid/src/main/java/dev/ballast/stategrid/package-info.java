/** The embedded store: opening, recovering, compacting, closing. */
package dev.ballast.stategrid;
