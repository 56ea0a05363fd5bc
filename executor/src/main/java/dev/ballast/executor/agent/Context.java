package dev.ballast.executor.agent;

import dev.ballast.core.container.ContainerRuntime;
import dev.ballast.core.container.RuntimeInfo;
import dev.ballast.core.store.ResourceStore;
import dev.ballast.core.telemetry.Telemetry;
import dev.ballast.core.time.Timers;
import dev.ballast.executor.assemble.Containers;
import dev.ballast.executor.assemble.Dns;
import dev.ballast.executor.assemble.PodFacts;
import dev.ballast.executor.manifest.PodManifest;
import dev.ballast.executor.volume.PodFiles;
import java.time.Duration;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/**
 * What every pod's worker shares.
 *
 * @param facts of a pod with a given address
 * @param hostAddress the node's InternalIP
 * @param measureEvery how often it is looked how much of the disk a limited pod takes
 * @param resolver how the machine resolves names now
 */
record Context(
    ResourceStore store,
    ContainerRuntime runtime,
    RuntimeInfo machine,
    Timers timers,
    Telemetry telemetry,
    EventRecorder events,
    PodFiles files,
    Containers containers,
    Checks checks,
    PullSecrets pullSecrets,
    ImageCleaner images,
    String hostAddress,
    Supplier<Dns> resolver,
    Duration measureEvery,
    BiFunction<PodManifest, String, PodFacts> facts) {}
