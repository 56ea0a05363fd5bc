package dev.ballast.stategrid.raft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.store.CommitResult;
import dev.ballast.core.store.CommitSize;
import dev.ballast.core.store.Write;
import dev.ballast.core.telemetry.Telemetry;
import dev.ballast.core.time.SimulatedTimers;
import dev.ballast.stategrid.entry.Entry;
import dev.ballast.stategrid.entry.Progress;
import dev.ballast.stategrid.index.VersionIndex;
import dev.ballast.stategrid.log.CommitLog;
import dev.ballast.stategrid.sequence.Publisher;
import dev.ballast.stategrid.sequence.Sequencer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A leader whose entry is larger than the log takes steps down, and so does the next. */
class EntrySizeTest {

  private static final String LONGEST_NAME = "é".repeat(126);

  /** What commits may be full of. */
  private enum Filling {
    ONE_DOCUMENT(EntrySizeTest::document, 12_000),
    /** These stand in the document and in its head. */
    LABELS(EntrySizeTest::labels, 2000),
    /** Next to nothing but keys. */
    NAMES(EntrySizeTest::names, 16_000);

    private final IntFunction<List<Write>> commit;
    private final int tooMuch;

    Filling(IntFunction<List<Write>> commit, int tooMuch) {
      this.commit = commit;
      this.tooMuch = tooMuch;
    }

    /** The largest that a sequencer takes. */
    List<Write> largest() {
      int taken = 1;
      int refused = tooMuch;
      while (refused - taken > 1) {
        int middle = (taken + refused) >>> 1;
        if (Sequencer.refusal(commit.apply(middle)).isEmpty()) {
          taken = middle;
        } else {
          refused = middle;
        }
      }
      CommitResult.Refused much =
          assertInstanceOf(
              CommitResult.Refused.class, Sequencer.refusal(commit.apply(refused)).orElseThrow());
      assertEquals(413, much.failure().code());
      assertEquals("RequestEntityTooLarge", much.failure().reason());
      return commit.apply(taken);
    }
  }

  private static List<Write> document(int kilobytes) {
    Write.Create big = create("big", Json.object().put("x", "y".repeat(kilobytes << 10)));
    Write.Basis basis = new Write.Basis(big.key(), 0);
    return List.of(new Write.Create(big.key(), big.json(), Optional.of(basis)));
  }

  private static List<Write> labels(int count) {
    ObjectNode document = Json.object();
    ObjectNode labels = document.putObject("metadata").put("uid", "u").putObject("labels");
    IntStream.range(0, count).forEach(i -> labels.put("é".repeat(2000) + i, ""));
    return List.of(create("labelled", document));
  }

  private static List<Write> names(int count) {
    return IntStream.rangeClosed(1, count)
        .<Write>mapToObj(i -> create(LONGEST_NAME + i, Json.object()))
        .toList();
  }

  private static Write.Create create(String name, ObjectNode document) {
    ResourceType type = new ResourceType(LONGEST_NAME, LONGEST_NAME);
    return new Write.Create(new ObjectKey(type, LONGEST_NAME, name), Json.storable(document));
  }

  /** A log that notes how long its entries are. */
  private static final class Noting implements CommitLog {
    private final List<Integer> entries = new ArrayList<>();

    @Override
    public Start open(Consumer<Entry> known) {
      throw new AssertionError("it is open");
    }

    @Override
    public long tip() {
      return Long.MAX_VALUE;
    }

    @Override
    public void append(Batch batch, Runnable publish) {
      entries.add(new LogEntry.Rows(Long.MAX_VALUE, batch).encode().length);
    }

    @Override
    public void confirm(long epoch) {}

    @Override
    public void recover() {}

    @Override
    public void compact(long horizon, List<Long> positions) {}

    @Override
    public Optional<byte[]> document(long position) {
      return Optional.empty();
    }

    @Override
    public void scan(ResourceType type, long after, long upTo, Predicate<Entry> wanted) {}

    @Override
    public long sizeBytes() {
      return 0;
    }

    @Override
    public void close() {}
  }

  private static long limit() {
    RaftSettings settings =
        new RaftSettings(
            new UUID(0, 1),
            new RaftSettings.Peer("m", "127.0.0.1:1"),
            List.of(),
            true,
            Path.of("raft"),
            Optional.empty(),
            Duration.ofSeconds(1),
            20_000,
            1000);
    return RaftServerConfigKeys.Log.Appender.bufferByteLimit(RaftTuning.properties(settings))
        .getSize();
  }

  /** As many as fit into a batch, and the largest commit there is behind them. */
  @ParameterizedTest
  @EnumSource
  void theLargestBatchFitsIntoAnEntry(Filling filling) {
    Noting log = new Noting();
    // Revisions as long as they ever get.
    Progress progress = new Progress(1L << 42, 0);
    Publisher publisher = new Publisher(new VersionIndex(), null, null, null, null, progress);
    SimulatedTimers timers = new SimulatedTimers(Instant.EPOCH, new Random(1));
    List<CompletableFuture<CommitResult>> answers = new ArrayList<>();
    try (Sequencer sequencer =
        new Sequencer(
            new Sequencer.Parts(log, Long.MAX_VALUE, publisher, timers, Telemetry.NONE),
            failure -> {
              throw new AssertionError(failure);
            })) {
      answers.add(
          sequencer.submit(List.of(create("a", Json.object().put("x", "y".repeat(2_000_000))))));
      answers.add(
          sequencer.submit(List.of(create("b", Json.object().put("x", "y".repeat(2_190_000))))));
      answers.add(sequencer.submit(filling.largest()));
      sequencer.start();
    }
    answers.forEach(answer -> assertInstanceOf(CommitResult.Committed.class, answer.join()));
    assertEquals(1, log.entries.size(), "they share an entry");
    int longest = log.entries.getFirst();
    assertTrue(longest > 13 << 20, "it is no use to have a bound far below: " + longest);
    // Ratis puts who wrote it around.
    assertTrue(longest < limit() - (64 << 10), longest + " is too near to " + limit());
  }

  /** What is known of a commit's size before holds for the message that brings it, too. */
  @ParameterizedTest
  @EnumSource
  void theLargestCommitFitsIntoAMessage(Filling filling) {
    List<Write> largest = filling.largest();
    int length = new MemberCall.Commits(List.of(largest)).encode().length;
    assertTrue(length <= CommitSize.MOST + 64, length + " bytes");
  }
}
