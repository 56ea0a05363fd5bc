/** Keeps as many pods of a template as asked for. */
package dev.ballast.control.replicaset;
