/** From a pod's manifest to the specs that a container runtime takes. */
package dev.ballast.executor.assemble;
