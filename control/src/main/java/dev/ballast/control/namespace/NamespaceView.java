package dev.ballast.control.namespace;

import dev.ballast.control.informer.Cached;
import dev.ballast.control.meta.Meta;
import java.util.List;

/**
 * What a decision about a namespace on its way out sees.
 *
 * @param contents objects in it
 * @param complete every kind's copy is at least as new as the deletion mark, after which nothing
 *     can be created in the namespace any more: so nothing is missing from {@code contents}
 */
record NamespaceView(Cached<Namespace> namespace, List<Cached<Meta>> contents, boolean complete) {}
