/** The kinds that every Ballast serves, with the defaults, checks and columns of each. */
package dev.ballast.kinds.builtin;
