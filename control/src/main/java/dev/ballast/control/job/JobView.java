package dev.ballast.control.job;

import dev.ballast.control.informer.Cached;
import dev.ballast.core.model.Pod;
import java.util.List;
import java.util.Optional;

/**
 * What a decision about one Job sees.
 *
 * @param job empty when it is gone and only left-over pods remain
 * @param pods pods that name it as their controller, and (for adoption) free ones of its namespace
 */
record JobView(Optional<Cached<Job>> job, List<Cached<Pod>> pods) {}
