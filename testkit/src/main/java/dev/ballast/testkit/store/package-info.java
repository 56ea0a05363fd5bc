/** The store as a model, and the contract that every adapter keeps. */
package dev.ballast.testkit.store;
