/** Runs pods to their end, a number of times. */
package dev.ballast.control.job;
