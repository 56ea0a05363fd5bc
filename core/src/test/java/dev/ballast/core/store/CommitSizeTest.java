package dev.ballast.core.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CommitSizeTest {

  private static final int PORTION = (int) CommitSize.PORTION;

  private static List<Write> writes(int... bytes) {
    List<Write> writes = new ArrayList<>();
    for (int size : bytes) {
      String name = "n" + writes.size();
      writes.add(
          new Write.Create(new ObjectKey(ResourceType.PODS, "default", name), new byte[size]));
    }
    return writes;
  }

  private static List<Integer> portions(int... bytes) {
    List<Write> writes = writes(bytes);
    List<List<Write>> portions = CommitSize.portions(writes);
    assertEquals(writes, portions.stream().flatMap(List::stream).toList(), "all, in order");
    return portions.stream().map(List::size).toList();
  }

  @Test
  void whatIsLargerGoesAlone() {
    assertEquals(List.of(), portions());
    assertEquals(List.of(3), portions(1, 1, 1));
    assertEquals(List.of(2, 1), portions(PORTION - 1, 1, 1));
    assertEquals(List.of(1, 1, 2), portions(1, PORTION + 1, 1, PORTION - 1));
    assertEquals(List.of(1, 1), portions(PORTION, PORTION));
  }

  @Test
  void theRefusalSaysWhatToDo() {
    assertEquals(Optional.empty(), CommitSize.refusal(writes(1), CommitSize.MOST));
    assertTrue(
        said(1)
            .endsWith(
                "n0 takes 10485761 bytes, and a commit may take 10485760: make the object smaller"),
        said(1));
    assertTrue(
        said(2)
            .startsWith(
                "2 objects take 10485761 bytes, and a commit may take 10485760: write them in several"),
        said(2));
  }

  private static String said(int objects) {
    CommitResult.Refused refused =
        (CommitResult.Refused)
            CommitSize.refusal(writes(new int[objects]), CommitSize.MOST + 1).orElseThrow();
    assertEquals(413, refused.failure().code());
    return refused.failure().message();
  }
}
