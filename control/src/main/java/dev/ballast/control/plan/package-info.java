/**
 * From plan to binding: the cluster's capacity kept up to date from the store's history, and the
 * one applier that checks every plan against it before it commits.
 */
package dev.ballast.control.plan;
