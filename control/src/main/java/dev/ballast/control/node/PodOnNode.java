package dev.ballast.control.node;

import dev.ballast.control.informer.Cached;
import dev.ballast.core.model.Node;
import dev.ballast.core.model.Pod;
import java.util.Optional;

/**
 * A bound pod and its node.
 *
 * @param node empty when the nodes' copy does not have it
 * @param nodeGone the nodes' copy is new enough to say that the node is gone
 */
record PodOnNode(Cached<Pod> pod, Optional<Cached<Node>> node, boolean nodeGone) {}
