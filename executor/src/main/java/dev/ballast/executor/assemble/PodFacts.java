package dev.ballast.executor.assemble;

import java.util.Map;

/**
 * What a pod's containers may learn of where they run.
 *
 * @param podAddress "" before the sandbox runs
 * @param allocatableCpuMillis what a container without a limit may use
 * @param serviceVariables see {@link ServiceVariables}
 */
public record PodFacts(
    String nodeName,
    String hostAddress,
    String podAddress,
    long allocatableCpuMillis,
    long allocatableMemoryBytes,
    long allocatableDiskBytes,
    Map<String, String> serviceVariables) {}
