package dev.ballast.stategrid;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.ballast.core.store.ResourceStore;
import dev.ballast.testkit.store.InMemoryResourceStore;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Controllers must end up on the newest leadership, whenever they began to listen. */
class LeadershipsTest {

  private final Leaderships leaderships = new Leaderships();
  private final ResourceStore first = new InMemoryResourceStore();
  private final ResourceStore second = new InMemoryResourceStore();
  private final List<String> heard = Collections.synchronizedList(new ArrayList<>());

  private String name(ResourceStore store) {
    return store == first ? "first" : "second";
  }

  private class Hearing implements StateGrid.Leadership {
    @Override
    public void gained(ResourceStore leading) {
      heard.add(name(leading));
    }

    @Override
    public void lost() {
      heard.add("lost");
    }
  }

  @Test
  void everyChangeIsTold() {
    leaderships.add(new Hearing());
    leaderships.gained(first);
    leaderships.lost();
    leaderships.gained(second);
    assertEquals(List.of("first", "lost", "second"), heard);
  }

  /** The lead moves away and comes back while a listener is about to hear that it is here. */
  @Test
  void whoComesLaterHearsInOrderToo() throws InterruptedException {
    leaderships.gained(first);
    Thread meanwhile =
        Thread.ofPlatform()
            .unstarted(
                () -> {
                  leaderships.lost();
                  leaderships.gained(second);
                });
    leaderships.add(
        new Hearing() {
          @Override
          public void gained(ResourceStore leading) {
            if (leading == first) {
              meanwhile.start();
              awaitItsTurn(meanwhile);
            }
            super.gained(leading);
          }
        });
    meanwhile.join();
    assertEquals(List.of("first", "lost", "second"), heard);
  }

  /** Until it has done all that it can while nobody here goes on. */
  private static void awaitItsTurn(Thread thread) {
    while (thread.isAlive() && thread.getState() != Thread.State.BLOCKED) {
      Thread.onSpinWait();
    }
  }
}
