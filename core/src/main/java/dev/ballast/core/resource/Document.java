package dev.ballast.core.resource;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Objects;

/**
 * One version of an object in stored form (see {@link Json}).
 *
 * <p>Immutable by agreement: nobody changes {@code json} after construction.
 *
 * @param revision the commit that wrote this version; equals metadata.resourceVersion
 */
public record Document(ObjectKey key, long revision, byte[] json) {

  public Document {
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(json, "json");
  }

  /** A fresh tree that the caller may change. */
  public ObjectNode tree() {
    return Json.parse(json);
  }

  /**
   * Decodes into a model record; fields the record does not name are skipped.
   *
   * @throws UncheckedIOException when stored bytes do not have the type that validation promised
   */
  public <T> T as(Class<T> type) {
    Sharing.keep(key.namespace());
    Sharing.keep(key.name());
    try {
      return Json.decode(json, type);
    } catch (IOException e) {
      throw new UncheckedIOException(key + " at revision " + revision, e);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Document that
        && revision == that.revision
        && key.equals(that.key)
        && Arrays.equals(json, that.json);
  }

  @Override
  public int hashCode() {
    return Objects.hash(key, revision);
  }

  @Override
  public String toString() {
    return key + "@" + revision;
  }
}
