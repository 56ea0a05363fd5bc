/** Follows owner references: what nobody owns any more goes, in the manner that was asked for. */
package dev.ballast.control.garbage;
