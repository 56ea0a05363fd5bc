/** The container runtime on a Docker engine; the only place that knows docker-java. */
package dev.ballast.executor.docker;
