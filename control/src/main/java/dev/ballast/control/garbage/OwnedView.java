package dev.ballast.control.garbage;

import dev.ballast.control.informer.Cached;
import dev.ballast.control.meta.Meta;
import dev.ballast.core.model.OwnerReference;
import java.util.List;
import java.util.Map;

/**
 * What a decision about one object's ownership sees.
 *
 * @param owners what is known of each owner that the object names
 * @param dependents objects that name this one as an owner
 * @param complete every kind's copy is at least as new as this object, so no dependent from before
 *     its deletion is missing
 */
record OwnedView(
    Cached<Meta> object,
    Map<OwnerReference, OwnerState> owners,
    List<Cached<Meta>> dependents,
    boolean complete) {

  enum OwnerState {
    /** It is there, or its kind is not followed: the object stays. */
    SOLID,
    /** It waits for its dependents to go before it goes itself. */
    WAITING,
    /** No object has its uid. */
    ABSENT,
    /** Its kind's copy is older than the object: it may be there without being seen. */
    UNSEEN
  }
}
