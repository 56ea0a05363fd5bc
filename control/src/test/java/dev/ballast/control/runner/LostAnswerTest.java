package dev.ballast.control.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.ballast.control.SmallCluster;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.store.StoreUnavailableException;
import dev.ballast.core.store.Write;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The create was committed, its answer was lost, and the watch that would show it has ended. */
final class LostAnswerTest {

  private int creates;
  private boolean dark;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void aPodIsNotMadeTwice(long seed) {
    SmallCluster cluster = new SmallCluster(seed);
    cluster.timers.runFor(Duration.ofSeconds(1));
    cluster.faulty.beforeCommit(this::note);
    cluster.faulty.endWatches(() -> dark);
    cluster.faulty.afterCommit(
        () -> {
          if (creates == 1 && !dark) {
            dark = true;
            throw new StoreUnavailableException("the answer was lost");
          }
        });
    cluster.create(
        ResourceType.REPLICA_SETS,
        """
        {'apiVersion':'apps/v1','kind':'ReplicaSet','metadata':{'name':'one','namespace':'default'},
         'spec':{'replicas':1,'selector':{'matchLabels':{'app':'one'}},
           'template':{'metadata':{'labels':{'app':'one'}},'spec':{'containers':[{'name':'main','image':'i'}]}}}}
        """);
    cluster.timers.runFor(Duration.ofSeconds(2));
    assertEquals(1, creates);
    assertEquals(1, cluster.all(ResourceType.PODS).size());
  }

  private Optional<dev.ballast.core.store.CommitResult> note(List<Write> writes) {
    Write write = writes.getFirst();
    if (write instanceof Write.Create && write.key().type().equals(ResourceType.PODS)) {
      creates++;
    }
    return Optional.empty();
  }
}
