/** Ends Events when they are old. */
package dev.ballast.control.event;
