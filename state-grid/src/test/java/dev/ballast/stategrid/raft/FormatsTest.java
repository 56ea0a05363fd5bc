package dev.ballast.stategrid.raft;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.store.Watch.Change;
import dev.ballast.stategrid.entry.Entry;
import dev.ballast.stategrid.entry.Head;
import dev.ballast.stategrid.entry.Position;
import dev.ballast.stategrid.log.CommitLog;
import dev.ballast.stategrid.log.LogException;
import dev.ballast.stategrid.sqlite.Image;
import dev.ballast.stategrid.wire.WireReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Log, links and image say in which form they are. The bytes here are those of the first version:
 * every later one must read them, and may write other ones only under a higher number.
 */
class FormatsTest {

  private static final String FIRST_ROWS =
      "010100000000000000070000000000000003000000000000002900000000000000000000000000000001"
          + "0000000002a00000000000000000000a636f6e6669676d6170730000000764656661756c740000000161"
          + "0000000000000000000000000675696431320a000000097b2261223a2262227d";

  @TempDir Path directory;

  private static LogEntry.Rows rows() {
    ObjectKey key = new ObjectKey(ResourceType.CONFIG_MAPS, "default", "a");
    Entry entry =
        new Entry(Position.of(42, 0), key, Change.ADDED, 0, new Head("uid12", "", Map.of()));
    CommitLog.Row row = new CommitLog.Row(entry, "{\"a\":\"b\"}".getBytes(StandardCharsets.UTF_8));
    return new LogEntry.Rows(3, new CommitLog.Batch(7, 41, 0, List.of(row)));
  }

  @Test
  void everyEntryAndCallBeginsWithItsForm() {
    assertEquals(1, rows().encode()[0]);
    assertEquals(1, new LogEntry.Horizon(1, 2).encode()[0]);
    assertEquals(1, new MemberCall.Health().encode()[0]);
    assertEquals(
        rows().batch().tip(), ((LogEntry.Rows) LogEntry.decode(rows().encode())).batch().tip());
  }

  @Test
  void whatTheFirstVersionWroteIsRead() {
    assertArrayEquals(HexFormat.of().parseHex(FIRST_ROWS), rows().encode());
    LogEntry.Rows read = (LogEntry.Rows) LogEntry.decode(HexFormat.of().parseHex(FIRST_ROWS));
    assertEquals(rows().batch().rows().getFirst().entry(), read.batch().rows().getFirst().entry());
  }

  @Test
  void aNewerFormIsRefusedInWords() {
    byte[] newer = rows().encode();
    newer[0] = 2;
    WireReader.UnreadableException refused =
        assertThrows(WireReader.UnreadableException.class, () -> LogEntry.decode(newer));
    assertTrue(refused.getMessage().contains("format 2"), refused.getMessage());
  }

  @Test
  void aNewerImageIsRefusedInWords() throws Exception {
    Path file = directory.resolve("state.db");
    Image.at(file).close();
    try (var connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        var statement = connection.createStatement()) {
      statement.execute("PRAGMA user_version=99");
    }
    LogException refused = assertThrows(LogException.class, () -> Image.at(file));
    assertTrue(refused.getMessage().contains("a newer Ballast wrote it"), refused.getMessage());
  }
}
