package dev.ballast.api.rest;

import dev.ballast.api.server.Statuses;
import dev.ballast.api.wire.Rendering;
import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.Json;
import dev.ballast.core.status.Failure;
import dev.ballast.core.store.Watch;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * From the store's events to what one watcher sees: an object that comes into the selection is
 * ADDED, one that leaves it is DELETED, whatever the store calls it. Owned by the watch's thread,
 * since a table's first event differs from the others.
 */
final class EventFrames {

  private static final byte[] END = "}\n".getBytes(StandardCharsets.US_ASCII);

  private final Rendering rendering;
  private final Selection selection;

  EventFrames(Rendering rendering, Selection selection) {
    this.rendering = rendering;
    this.selection = selection;
  }

  List<byte[]> initial(Document document) {
    return frame("ADDED", rendering.event(document));
  }

  /** Nothing when neither the object nor what it was before is selected. */
  Optional<List<byte[]>> of(Watch.Event event) {
    if (selection.isEverything()) {
      return Optional.of(frame(event.change().name(), rendering.event(event.document())));
    }
    boolean now = selection.matches(event.document());
    boolean before =
        event.previous().map(selection::matches).orElse(event.change() != Watch.Change.ADDED);
    return switch (event.change()) {
      case ADDED -> now ? added(event) : Optional.empty();
      case DELETED -> before ? deleted(event) : Optional.empty();
      case MODIFIED -> {
        if (now) {
          yield before
              ? Optional.of(frame("MODIFIED", rendering.event(event.document())))
              : added(event);
        }
        yield before ? deleted(event) : Optional.empty();
      }
    };
  }

  private Optional<List<byte[]>> added(Watch.Event event) {
    return Optional.of(frame("ADDED", rendering.event(event.document())));
  }

  /** The last version that the watcher could see, at the revision of the change. */
  private Optional<List<byte[]>> deleted(Watch.Event event) {
    Document now = event.document();
    Document seen =
        event
            .previous()
            .map(
                before ->
                    new Document(
                        now.key(),
                        now.revision(),
                        Json.stamp(Json.unstamp(before.json()), now.revision())))
            .orElse(now);
    return Optional.of(frame("DELETED", rendering.event(seen)));
  }

  List<byte[]> bookmark(long revision, boolean initialEventsEnd) {
    return frame("BOOKMARK", List.of(rendering.bookmark(revision, initialEventsEnd)));
  }

  List<byte[]> error(Failure failure) {
    return frame("ERROR", List.of(Statuses.bytes(failure)));
  }

  private static List<byte[]> frame(String type, List<byte[]> object) {
    List<byte[]> parts = new ArrayList<>(object.size() + 2);
    parts.add(("{\"type\":\"" + type + "\",\"object\":").getBytes(StandardCharsets.US_ASCII));
    parts.addAll(object);
    parts.add(END);
    return parts;
  }
}
