package dev.ballast.stategrid.documents;

import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.ObjectKey;
import java.util.Optional;

/** Versions that are in memory because they are new, whether still current or not. Thread-safe. */
public interface Recent {

  Optional<Document> find(ObjectKey key, long position);
}
