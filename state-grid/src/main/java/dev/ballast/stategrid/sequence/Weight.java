package dev.ballast.stategrid.sequence;

import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.store.Write;
import dev.ballast.stategrid.entry.Head;
import java.nio.charset.StandardCharsets;

/**
 * How many bytes a write takes where it is encoded, at most: as a row of the log, whose head says
 * the labels again, and in the message that brings it to the leader. Pure.
 */
public final class Weight {

  /** Numbers, lengths and marks, and the revision that is put into the document. */
  private static final int AROUND = 96;

  private Weight() {}

  /**
   * @param head of its document; {@link Head#EMPTY} where only the message counts
   */
  public static long of(Write write, Head head) {
    long beside =
        switch (write) {
          case Write.Create create -> create.basis().map(basis -> of(basis.key())).orElse(0L);
          case Write.Replace replace -> of(replace.subresource());
          case Write.Delete delete -> of(delete.options().uid());
        };
    return AROUND + of(write.key()) + write.bytes() + of(head.encode()) + beside;
  }

  private static long of(ObjectKey key) {
    return of(key.type().group()) + of(key.type().plural()) + of(key.namespace()) + of(key.name());
  }

  private static long of(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
