package dev.ballast.kinds.patch;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.status.Failure;

/** What became of a patch. */
public sealed interface Patched {

  /** A new tree that shares nothing with the arguments that somebody may change. */
  record Document(ObjectNode tree) implements Patched {}

  /** The patch is malformed (400), does not apply (422), or is not served for the kind (415). */
  record Refused(Failure failure) implements Patched {}
}
