/** The port to what runs containers on one machine, and its data. */
package dev.ballast.core.container;
