/** The one way to write: stage against what is stored, admit, validate, commit. */
package dev.ballast.kinds.engine;
