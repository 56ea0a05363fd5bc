package dev.ballast.bench.scale;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.store.Watch.Change;
import dev.ballast.stategrid.entry.Entry;
import dev.ballast.stategrid.entry.Head;
import dev.ballast.stategrid.entry.Position;
import dev.ballast.stategrid.log.CommitLog;
import dev.ballast.stategrid.sqlite.SqliteLog;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes a whole cluster into a data directory, as if it had run for months: what a server then
 * restarts on. Through the log, since a million creations over the API would measure that instead.
 */
final class ClusterImage implements AutoCloseable {

  private static final int BATCH = 500;

  private final CommitLog log;
  private final long epoch;
  private final List<CommitLog.Row> rows = new ArrayList<>();
  private long revision;
  private long bytes;
  private long objects;

  ClusterImage(Path directory) {
    log = SqliteLog.at(directory.resolve("state.db"));
    CommitLog.Start start = log.open(entry -> {});
    epoch = start.epoch();
    revision = Math.max(1, start.revision());
  }

  void add(ResourceType type, ObjectNode document) {
    ObjectKey key =
        new ObjectKey(
            type,
            document.at("/metadata/namespace").asText(),
            document.at("/metadata/name").asText());
    byte[] storable = Json.storable(document);
    long at = ++revision;
    byte[] json = Json.stamp(storable, at);
    rows.add(
        new CommitLog.Row(
            new Entry(Position.of(at, 0), key, Change.ADDED, 0, Head.of(storable)), json));
    bytes += json.length;
    objects++;
    if (rows.size() >= BATCH) {
      flush();
    }
  }

  private void flush() {
    if (!rows.isEmpty()) {
      log.append(new CommitLog.Batch(epoch, log.tip(), 0, rows), () -> {});
      rows.clear();
    }
  }

  long objects() {
    return objects;
  }

  /** Of all documents. */
  long bytes() {
    return bytes;
  }

  @Override
  public void close() {
    flush();
    log.close();
  }
}
