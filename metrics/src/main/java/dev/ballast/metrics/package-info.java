/** Figures of the running process, as Prometheus reads them. Micrometer stays in here. */
package dev.ballast.metrics;
