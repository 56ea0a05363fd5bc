/** A pod's document as records: every field of it that the executor acts on. */
package dev.ballast.executor.manifest;
