/** The verbs of the Kubernetes API, for every kind of the registry by one mechanism. */
package dev.ballast.api.rest;
