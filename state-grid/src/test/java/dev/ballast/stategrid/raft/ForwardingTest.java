package dev.ballast.stategrid.raft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.store.CommitResult;
import dev.ballast.core.store.DeleteOptions;
import dev.ballast.core.store.StoreUnavailableException;
import dev.ballast.core.store.Write;
import dev.ballast.stategrid.wire.WireWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Commits on their way to the leader. */
class ForwardingTest {

  private static Write.Create create(String name) {
    return new Write.Create(
        new ObjectKey(ResourceType.CONFIG_MAPS, "default", name),
        "{}".getBytes(StandardCharsets.UTF_8),
        Optional.of(
            new Write.Basis(new ObjectKey(ResourceType.NAMESPACES, "", "default"), name.length())));
  }

  private static CompletableFuture<CommitResult> commit(Forwarding forwarding, String name) {
    return commit(forwarding, create(name));
  }

  private static CompletableFuture<CommitResult> commit(Forwarding forwarding, Write write) {
    return CompletableFuture.supplyAsync(
        () -> forwarding.commit(List.of(write)), Executors.newVirtualThreadPerTaskExecutor());
  }

  /** Of this version; what is asked tells. */
  private interface Newer extends Forwarding.Leader {
    byte[] answer(MemberCall.Commits many) throws RaftUnavailableException;

    @Override
    default Optional<byte[]> ask(MemberCall.Commits many) throws RaftUnavailableException {
      return Optional.of(answer(many));
    }

    @Override
    default byte[] ask(MemberCall.Commit one) {
      throw new AssertionError("it takes many");
    }

    @Override
    default Optional<CommitResult> moved(List<Write> writes) {
      throw new AssertionError("it looks itself");
    }
  }

  /** Of the first version; to those who ask it, everything rests on what is not there any more. */
  private static final class Earlier implements Forwarding.Leader {
    private final ConcurrentLinkedQueue<MemberCall> asked = new ConcurrentLinkedQueue<>();
    private final Optional<CommitResult> moved;

    Earlier(Optional<CommitResult> moved) {
      this.moved = moved;
    }

    @Override
    public Optional<byte[]> ask(MemberCall.Commits many) {
      return Optional.empty();
    }

    @Override
    public byte[] ask(MemberCall.Commit one) {
      asked.add(MemberCall.decode(one.encode()));
      WireWriter out = new WireWriter().tag(0);
      StoreCoding.result(out, new CommitResult.Committed(7, List.of()));
      return out.done();
    }

    @Override
    public Optional<CommitResult> moved(List<Write> writes) {
      return moved;
    }
  }

  private static Forwarding to(Newer leader) {
    return new Forwarding(leader);
  }

  /** Answers each commit with the length of its name; what is called "lost" is. */
  private static byte[] answer(MemberCall.Commits call) {
    MemberCall.Commits commits =
        assertInstanceOf(MemberCall.Commits.class, MemberCall.decode(call.encode()));
    WireWriter out = new WireWriter().tag(0).number(commits.commits().size());
    for (List<Write> writes : commits.commits()) {
      Write.Create create = assertInstanceOf(Write.Create.class, writes.getFirst());
      String name = create.key().name();
      assertEquals(name.length(), create.basis().orElseThrow().revision());
      CompletableFuture<CommitResult> result =
          name.equals("lost")
              ? CompletableFuture.failedFuture(new StoreUnavailableException("nobody knows"))
              : CompletableFuture.completedFuture(
                  new CommitResult.Committed(name.length(), List.of()));
      Outcome.of(result).write(out);
    }
    return out.done();
  }

  @Test
  void everyoneGetsHisOwnAnswer() {
    Forwarding forwarding = to(ForwardingTest::answer);
    List<CompletableFuture<CommitResult>> answers = new ArrayList<>();
    for (int i = 1; i <= 200; i++) {
      answers.add(commit(forwarding, "n".repeat(i)));
    }
    CompletableFuture<CommitResult> lost = commit(forwarding, "lost");
    for (int i = 1; i <= 200; i++) {
      assertEquals(new CommitResult.Committed(i, List.of()), answers.get(i - 1).join());
    }
    Exception why = assertThrows(Exception.class, lost::join);
    assertEquals("nobody knows", why.getCause().getMessage());
  }

  @Test
  void whatComesWhileCallsAreUnderWayGoesWithTheNext() throws Exception {
    CountDownLatch held = new CountDownLatch(1);
    ConcurrentLinkedQueue<Integer> sizes = new ConcurrentLinkedQueue<>();
    Forwarding forwarding =
        to(
            call -> {
              sizes.add(call.commits().size());
              join(held);
              return answer(call);
            });
    List<CompletableFuture<CommitResult>> answers = new ArrayList<>();
    answers.add(commit(forwarding, "a"));
    Awaitility.await().until(() -> sizes.size() == 1);
    answers.add(commit(forwarding, "b"));
    Awaitility.await().until(() -> sizes.size() == 2);
    List<Thread> clients = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      CompletableFuture<CommitResult> answer = new CompletableFuture<>();
      answers.add(answer);
      clients.add(
          Thread.ofPlatform()
              .start(() -> answer.complete(forwarding.commit(List.of(create("c"))))));
    }
    Awaitility.await()
        .until(() -> clients.stream().allMatch(one -> one.getState() == Thread.State.WAITING));
    held.countDown();
    answers.forEach(answer -> assertInstanceOf(CommitResult.Committed.class, answer.join()));
    assertTrue(sizes.size() <= 4, sizes.toString());
    assertEquals(102, sizes.stream().mapToInt(size -> size).sum());
  }

  /** Neither the question nor the answer, which brings what was removed, may grow without bound. */
  @Test
  void aCallBringsNoMoreThanALinkTakes() {
    CountDownLatch held = new CountDownLatch(1);
    ConcurrentLinkedQueue<MemberCall.Commits> calls = new ConcurrentLinkedQueue<>();
    Forwarding forwarding =
        to(
            call -> {
              calls.add(call);
              join(held);
              WireWriter out = new WireWriter().tag(0).number(call.commits().size());
              call.commits()
                  .forEach(
                      commit ->
                          new Outcome.Known(new CommitResult.Committed(7, List.of())).write(out));
              return out.done();
            });
    List<CompletableFuture<CommitResult>> answers = new ArrayList<>();
    IntStream.range(0, 300).forEach(i -> answers.add(commit(forwarding, remove("n" + i))));
    IntStream.range(0, 40).forEach(i -> answers.add(commit(forwarding, large("n" + i))));
    Awaitility.await().until(() -> calls.size() == 2);
    held.countDown();
    answers.forEach(answer -> assertInstanceOf(CommitResult.Committed.class, answer.join()));
    for (MemberCall.Commits call : calls) {
      assertTrue(call.encode().length < 5 << 20, "a call of " + call.encode().length + " bytes");
      long removals =
          call.commits().stream().filter(c -> c.getFirst() instanceof Write.Delete).count();
      assertTrue(removals <= 64, removals + " removals in one call");
    }
  }

  private static Write remove(String name) {
    return new Write.Delete(
        new ObjectKey(ResourceType.CONFIG_MAPS, "default", name), 0, DeleteOptions.DEFAULTS);
  }

  private static Write large(String name) {
    return new Write.Create(
        new ObjectKey(ResourceType.CONFIG_MAPS, "default", name),
        "{\"x\":\"%s\"}".formatted("y".repeat(500_000)).getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void aLeaderOfAnEarlierVersionIsAskedOneByOne() {
    Earlier leader = new Earlier(Optional.empty());
    Forwarding forwarding = new Forwarding(leader);
    List<CompletableFuture<CommitResult>> answers =
        IntStream.range(0, 20).mapToObj(i -> commit(forwarding, "n" + i)).toList();
    answers.forEach(
        answer -> assertEquals(new CommitResult.Committed(7, List.of()), answer.join()));
    assertEquals(20, leader.asked.size());
  }

  @Test
  void whatALeaderOfAnEarlierVersionDoesNotLookAtIsLookedAtHere() {
    CommitResult conflict =
        new CommitResult.Conflict(new ObjectKey(ResourceType.NAMESPACES, "", "default"), 1, 2);
    Earlier leader = new Earlier(Optional.of(conflict));
    assertEquals(conflict, commit(new Forwarding(leader), "a").join());
    assertEquals(0, leader.asked.size());
  }

  @Test
  void whoDidNothingIsToldApartFromWhoMayHave() {
    Forwarding nothing =
        to(
            call -> {
              throw new RaftUnavailableException("refused", true, null);
            });
    CommitResult.Unavailable unavailable =
        assertInstanceOf(CommitResult.Unavailable.class, commit(nothing, "a").join());
    assertTrue(unavailable.reason().startsWith(RaftLog.NOT_LEADING), unavailable.reason());
    Forwarding perhaps =
        to(
            call -> {
              throw new RaftUnavailableException("no answer", false, null);
            });
    assertThrows(StoreUnavailableException.class, () -> perhaps.commit(List.of(create("a"))));
  }

  private static void join(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
