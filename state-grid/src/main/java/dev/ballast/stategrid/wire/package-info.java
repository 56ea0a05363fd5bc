/** The bytes that members exchange and keep in their common log. */
package dev.ballast.stategrid.wire;
