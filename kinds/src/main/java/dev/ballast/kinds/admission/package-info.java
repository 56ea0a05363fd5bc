/** Rules of the cluster that look at other objects than the one written, and the first objects. */
package dev.ballast.kinds.admission;
