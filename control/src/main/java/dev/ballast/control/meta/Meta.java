package dev.ballast.control.meta;

import dev.ballast.core.model.ObjectMeta;
import dev.ballast.core.model.OwnerReference;
import java.util.List;

/** An object of any kind, reduced to its metadata. */
public record Meta(ObjectMeta metadata) {

  public List<String> ownerUids() {
    return metadata.ownerReferences().stream().map(OwnerReference::uid).distinct().toList();
  }

  public boolean isDeleting() {
    return metadata.isDeleting();
  }

  public boolean hasFinalizer(String finalizer) {
    return metadata.finalizers().contains(finalizer);
  }
}
