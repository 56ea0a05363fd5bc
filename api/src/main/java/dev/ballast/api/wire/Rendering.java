package dev.ballast.api.wire;

import dev.ballast.core.resource.Document;
import java.util.ArrayList;
import java.util.List;

/** One form of answering objects of one kind, for one request. Parts are sent one after another. */
public interface Rendering {

  /** A single object. */
  List<byte[]> object(Document document);

  /** What a list begins with. */
  byte[] opening(ListHead head);

  /**
   * Some of a list's items.
   *
   * @param first whether none came before
   */
  List<byte[]> items(List<Document> documents, boolean first);

  /** What a list ends with. */
  byte[] closing();

  /** A whole list. */
  default List<byte[]> list(List<Document> documents, ListHead head) {
    List<byte[]> parts = new ArrayList<>();
    parts.add(opening(head));
    parts.addAll(items(documents, true));
    parts.add(closing());
    return parts;
  }

  /** The object of a watch event. */
  List<byte[]> event(Document document);

  /**
   * The object of a bookmark event.
   *
   * @param initialEventsEnd whether it ends the initial events of a streaming list
   */
  byte[] bookmark(long revision, boolean initialEventsEnd);

  /**
   * A list's metadata.
   *
   * @param remaining negative when it is not told
   */
  record ListHead(long revision, String continueToken, long remaining) {

    /** As a JSON object. */
    String json() {
      StringBuilder text =
          new StringBuilder("{\"resourceVersion\":\"").append(revision).append('"');
      if (!continueToken.isEmpty()) {
        text.append(",\"continue\":\"").append(continueToken).append('"');
        if (remaining > 0) {
          text.append(",\"remainingItemCount\":").append(remaining);
        }
      }
      return text.append('}').toString();
    }
  }
}
