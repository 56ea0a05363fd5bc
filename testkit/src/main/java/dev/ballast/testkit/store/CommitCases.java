package dev.ballast.testkit.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.store.CommitResult;
import dev.ballast.core.store.CommitSize;
import dev.ballast.core.store.DeleteOptions;
import dev.ballast.core.store.StoreUnavailableException;
import dev.ballast.core.store.Write;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Writing and reading single objects. */
abstract class CommitCases extends StoreFixture {

  @Test
  void aCreatedObjectIsThere() {
    long before = store.revision();
    CommitResult.Committed result = committed(create(key("a"), "1"));
    Document document = result.documents().getFirst();
    assertTrue(result.revision() > before);
    assertEquals(key("a"), document.key());
    assertEquals(result.revision(), document.revision());
    assertEquals("1", value(document));
    assertEquals(Optional.of(document), store.get(key("a")));
    assertTrue(store.revision() >= result.revision());
  }

  @Test
  void theDocumentCarriesItsRevisionFirst() {
    Document document = created("a", "1");
    assertEquals(
        Long.toString(document.revision()),
        document.tree().at("/metadata/resourceVersion").asText());
    assertArrayEquals(
        document.json(), Json.stamp(Json.unstamp(document.json()), document.revision()));
  }

  @Test
  void whatIsNotThereIsAbsent() {
    assertEquals(Optional.empty(), store.get(key("a")));
    assertEquals(Optional.empty(), store.get(key(BETA, "a")));
  }

  @Test
  void aSecondCreateIsRefused() {
    Document first = created("a", "1");
    assertEquals(new CommitResult.AlreadyExists(key("a")), store.commit(create(key("a"), "2")));
    assertEquals(Optional.of(first), store.get(key("a")));
  }

  @Test
  void oneNameInTwoNamespacesIsTwoObjects() {
    committed(create(key(ALPHA, "a"), "1"));
    committed(create(key(BETA, "a"), "2"));
    assertEquals("1", value(store.get(key(ALPHA, "a")).orElseThrow()));
    assertEquals("2", value(store.get(key(BETA, "a")).orElseThrow()));
  }

  @Test
  void aReplacementNeedsTheNewestRevision() {
    Document first = created("a", "1");
    Document second = committed(replace(first, "2")).documents().getFirst();
    assertTrue(second.revision() > first.revision());
    CommitResult.Conflict conflict =
        assertInstanceOf(CommitResult.Conflict.class, store.commit(replace(first, "3")));
    assertEquals(key("a"), conflict.key());
    assertEquals("2", value(store.get(key("a")).orElseThrow()));
  }

  @Test
  void aReplacementOfNothingIsNotFound() {
    Document gone = created("a", "1");
    committed(delete(key("a")));
    assertEquals(new CommitResult.NotFound(key("a")), store.commit(replace(gone, "2")));
  }

  @Test
  void aDeletedObjectIsGoneAndItsNameIsFree() {
    Document first = created("a", "1");
    CommitResult.Committed removal = committed(delete(key("a")));
    assertTrue(removal.revision() > first.revision());
    assertEquals(key("a"), removal.documents().getFirst().key());
    assertEquals(Optional.empty(), store.get(key("a")));
    assertEquals("2", value(created("a", "2")));
  }

  @Test
  void deletingNothingIsNotFound() {
    assertEquals(new CommitResult.NotFound(key("a")), store.commit(delete(key("a"))));
  }

  @Test
  void aDeletionMayNameTheRevision() {
    Document first = created("a", "1");
    Document second = committed(replace(first, "2")).documents().getFirst();
    Write stale = new Write.Delete(key("a"), first.revision(), DeleteOptions.DEFAULTS);
    assertInstanceOf(CommitResult.Conflict.class, store.commit(stale));
    committed(new Write.Delete(key("a"), second.revision(), DeleteOptions.DEFAULTS));
    assertEquals(Optional.empty(), store.get(key("a")));
  }

  @Test
  void aDeletionMayNameTheUid() {
    String uid = created("a", "1").tree().at("/metadata/uid").asText();
    Write other = new Write.Delete(key("a"), 0, DeleteOptions.ofUid("another-" + uid));
    assertInstanceOf(CommitResult.Conflict.class, store.commit(other));
    assertTrue(store.get(key("a")).isPresent());
    committed(new Write.Delete(key("a"), 0, DeleteOptions.ofUid(uid)));
    assertEquals(Optional.empty(), store.get(key("a")));
  }

  @Test
  void severalObjectsShareOneRevision() {
    Document kept = created("kept", "1");
    created("gone", "1");
    CommitResult.Committed result =
        committed(create(key(BETA, "new"), "1"), replace(kept, "2"), delete(key("gone")));
    assertEquals(3, result.documents().size());
    assertEquals(key(BETA, "new"), result.documents().getFirst().key());
    assertEquals(result.revision(), store.get(key(BETA, "new")).orElseThrow().revision());
    assertEquals(result.revision(), store.get(key("kept")).orElseThrow().revision());
    assertEquals(Optional.empty(), store.get(key("gone")));
  }

  @Test
  void oneRefusedWriteRefusesTheWholeCommit() {
    Document there = created("there", "1");
    Document moved = created("moved", "1");
    Document newest = committed(replace(moved, "2")).documents().getFirst();
    CommitResult refused =
        store.commit(List.of(create(key("x"), "1"), replace(there, "2"), replace(moved, "3")));
    assertInstanceOf(CommitResult.Conflict.class, refused);
    assertEquals(Optional.empty(), store.get(key("x")));
    assertEquals(Optional.of(there), store.get(key("there")));
    assertEquals(Optional.of(newest), store.get(key("moved")));
  }

  @Test
  void theFirstRefusalIsTheAnswer() {
    created("there", "1");
    List<Write> writes =
        List.of(create(key("x"), "1"), create(key("there"), "2"), delete(key("absent")));
    assertEquals(new CommitResult.AlreadyExists(key("there")), store.commit(writes));
  }

  @Test
  void aKeyMayOccurOnceInACommit() {
    List<Write> twice = List.of(create(key("a"), "1"), create(key("a"), "2"));
    assertThrows(IllegalArgumentException.class, () -> store.commit(twice));
    assertEquals(Optional.empty(), store.get(key("a")));
  }

  @Test
  void anEmptyCommitIsAMistake() {
    assertThrows(IllegalArgumentException.class, () -> store.commit(List.of()));
  }

  @Test
  void whatIsTooLargeIsRefusedAndTheRestGoesOn() {
    String much = "x".repeat((int) CommitSize.MOST);
    CommitResult.Refused refused =
        assertInstanceOf(CommitResult.Refused.class, store.commit(create(key("a"), much)));
    // 422 where admission has a bound of its own for the kind.
    int code = refused.failure().code();
    assertTrue(code == 413 || code == 422, refused.toString());
    assertEquals(Optional.empty(), store.get(key("a")));
    created("a", "1");
  }

  @Test
  void exactlyOneOfManyRivalsWins() throws Exception {
    Document first = created("a", "0");
    List<CommitResult> results = inParallel(12, i -> store.commit(replace(first, "by-" + i)));
    assertEquals(1, results.stream().filter(CommitResult.Committed.class::isInstance).count());
    assertEquals(11, results.stream().filter(CommitResult.Conflict.class::isInstance).count());
  }

  @Test
  void noUpdateIsLostUnderContention() throws Exception {
    created("counter", "0");
    inParallel(
        6,
        thread -> {
          for (int done = 0; done < 5; ) {
            Document seen = store.get(key("counter")).orElseThrow();
            String next = Integer.toString(Integer.parseInt(value(seen)) + 1);
            done += store.commit(replace(seen, next)) instanceof CommitResult.Committed ? 1 : 0;
          }
          return null;
        });
    assertEquals("30", value(store.get(key("counter")).orElseThrow()));
  }

  @Test
  void nodeLeasesKeepTheSameRules() {
    ObjectKey lease = new ObjectKey(ResourceType.LEASES, "kube-node-lease", "node-1");
    byte[] json =
        """
        {"apiVersion":"coordination.k8s.io/v1","kind":"Lease","metadata":{"name":"node-1",\
        "namespace":"kube-node-lease"},"spec":{"holderIdentity":"node-1"}}"""
            .getBytes();
    Document first = committed(new Write.Create(lease, json)).documents().getFirst();
    ObjectNode renewed = first.tree();
    renewed.withObjectProperty("spec").put("renewTime", "2026-01-02T03:04:05.000006Z");
    Write renewal = new Write.Replace(lease, first.revision(), "", Json.storable(renewed));
    Document second = committed(renewal).documents().getFirst();
    assertTrue(second.revision() > first.revision());
    assertInstanceOf(CommitResult.Conflict.class, store.commit(renewal));
    assertEquals(Optional.of(second), store.get(lease));
    committed(delete(lease));
    assertEquals(Optional.empty(), store.get(lease));
  }

  @Test
  void aClosedStoreRefuses() {
    store.close();
    assertInstanceOf(CommitResult.Unavailable.class, store.commit(create(key("a"), "1")));
    assertThrows(StoreUnavailableException.class, () -> store.get(key("a")));
    assertThrows(StoreUnavailableException.class, () -> store.list(inAlpha()));
    assertThrows(StoreUnavailableException.class, () -> probe(0));
  }

  @Test
  void closingTwiceIsFine() {
    store.close();
    store.close();
  }

  @Test
  void aCreationHoldsOnlyWhileItsBasisIsAsItWas() {
    assumeTrue(keepsBasis());
    Document basis = created("basis", "1");
    CommitResult.Conflict moved =
        new CommitResult.Conflict(key("basis"), basis.revision() - 1, basis.revision());
    assertEquals(moved, store.commit(resting("a", "basis", basis.revision() - 1)));
    assertEquals(Optional.empty(), store.get(key("a")));
    committed(resting("a", "basis", basis.revision()));
    assertEquals(
        new CommitResult.Conflict(key("none"), 7, 0), store.commit(resting("b", "none", 7)));
    assertEquals(Optional.empty(), store.get(key("b")));
  }

  private static Write resting(String name, String basis, long revision) {
    Write.Create create = (Write.Create) create(key(name), "1");
    return new Write.Create(
        create.key(), create.json(), Optional.of(new Write.Basis(key(basis), revision)));
  }

  interface Task<T> {
    T run(int index) throws Exception;
  }

  static <T> List<T> inParallel(int threads, Task<T> task) throws Exception {
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<T>> calls =
          IntStream.range(0, threads).mapToObj(i -> (Callable<T>) () -> task.run(i)).toList();
      List<T> results = new ArrayList<>();
      for (Future<T> future : executor.invokeAll(calls)) {
        results.add(future.get());
      }
      return results;
    }
  }
}
