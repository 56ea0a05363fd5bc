/**
 * What values may look like, as data: the schema model, the types of the Kubernetes API, and the
 * checks and defaults that follow from a schema alone.
 */
package dev.ballast.kinds.schema;
