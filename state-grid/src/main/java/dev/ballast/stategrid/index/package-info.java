/** Which versions of which objects there are, in memory, without their documents. */
package dev.ballast.stategrid.index;
