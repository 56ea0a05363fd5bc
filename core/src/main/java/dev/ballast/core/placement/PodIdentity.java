package dev.ballast.core.placement;

import java.util.Map;

/** By what other pods' rules know a pod: pods of one template share it. */
public record PodIdentity(String namespace, Map<String, String> labels) {}
