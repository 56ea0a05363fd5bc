/** Kubernetes' wire formats: media types, bodies, and the forms in which objects are answered. */
package dev.ballast.api.wire;
