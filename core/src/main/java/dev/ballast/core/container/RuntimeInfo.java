package dev.ballast.core.container;

/**
 * The engine and its machine.
 *
 * @param name {@code docker} or {@code simulated}: the scheme of container ids in a pod's status
 * @param cpus logical processors
 * @param memoryBytes the machine's memory
 * @param memoryFreeBytes what can still be given out without swapping; 0 where unknown
 * @param diskBytes size of the file system under the engine's data
 * @param diskFreeBytes of which this is free
 * @param gateway address of this machine on the pods' network; "" where there is none
 * @param simulated true when nothing really runs, so no file, mount or socket is needed either
 */
public record RuntimeInfo(
    String name,
    String version,
    String operatingSystem,
    String osImage,
    String kernelVersion,
    String architecture,
    int cpus,
    long memoryBytes,
    long memoryFreeBytes,
    long diskBytes,
    long diskFreeBytes,
    String gateway,
    boolean simulated) {}
