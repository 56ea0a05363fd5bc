/** A pod's volumes and other files on this machine. */
package dev.ballast.executor.volume;
