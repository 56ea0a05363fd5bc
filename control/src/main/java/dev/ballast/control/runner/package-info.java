/** Runs controllers: a work queue of keys, observe, decide, apply. */
package dev.ballast.control.runner;
