package dev.ballast.executor.pod;

import java.time.Instant;

/**
 * Why something could not be made: shown as the waiting reason, and tried again after a while.
 *
 * @param reason CreateContainerConfigError, CreateContainerError, FailedMount…
 */
public record Problem(String reason, String message, Instant at) {}
