package dev.ballast.app;

import dev.ballast.control.Controllers;
import dev.ballast.control.meta.KindNames.KindName;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.kinds.Kind;
import dev.ballast.kinds.KindRegistry;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** Tells the controllers which kinds there are, in their own words. */
final class ServedKinds {

  private ServedKinds() {}

  static Controllers.Config config(String caPem, KindRegistry registry) {
    Map<ResourceType, KindName> kinds = new HashMap<>();
    Set<ResourceType> namespaced = new LinkedHashSet<>();
    for (Kind kind : registry.all()) {
      if (kind.verbs().contains("list") && kind.verbs().contains("delete")) {
        kinds.put(kind.type(), new KindName(kind.apiVersion(), kind.kind()));
        if (kind.namespaced()) {
          namespaced.add(kind.type());
        }
      }
    }
    return Controllers.Config.of(caPem, kinds, namespaced);
  }
}
