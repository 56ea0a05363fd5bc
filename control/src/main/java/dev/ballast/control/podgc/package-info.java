/** Keeps the number of finished pods in bounds. */
package dev.ballast.control.podgc;
