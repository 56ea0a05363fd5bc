package dev.ballast.control.node;

import dev.ballast.control.informer.Cached;
import dev.ballast.core.model.Node;
import dev.ballast.core.time.Now;

/**
 * @param lastHeard when a sign of life was last seen here
 */
record NodeView(Cached<Node> node, Now lastHeard) {}
