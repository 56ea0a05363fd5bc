package dev.ballast.elasticpool.kwok;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.control.informer.Informers;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.store.Write;
import dev.ballast.core.telemetry.Telemetry;
import dev.ballast.core.time.SimulatedTimers;
import dev.ballast.testkit.store.InMemoryResourceStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a host does while machines take long to start, or do not. */
class KwokHostTest implements KwokHost.Simulator {

  private final SimulatedTimers timers = new SimulatedTimers(Instant.EPOCH, new Random(1));
  private final InMemoryResourceStore store = new InMemoryResourceStore(timers::execute);
  private final Informers informers = new Informers(store, timers, Telemetry.NONE);
  private final KwokHost host = new KwokHost(informers, "m", this, timers, Telemetry.NONE);
  private final List<String> asked = new ArrayList<>();
  private Runnable starting = () -> {};

  @Test
  void startsNothingMoreOnceItIsClosed() {
    starting = host::close;
    claim("a");
    claim("b");
    begin();
    timers.runFor(Duration.ofMinutes(1));
    assertEquals(1, asked.size(), asked.toString());
  }

  /** Each look asks for all that do not run; looks are not to grow more with each of them. */
  @Test
  void looksAgainOnceHoweverManyWait() {
    starting =
        () -> {
          throw new IllegalStateException("no room");
        };
    for (int i = 0; i < 3; i++) {
      claim("c" + i);
    }
    begin();
    timers.runFor(Duration.ofSeconds(5));
    claim("late");
    timers.runFor(Duration.ofSeconds(4));
    asked.clear();
    timers.runFor(Duration.ofSeconds(30));
    assertEquals(12, asked.size());
  }

  private void begin() {
    host.start();
    informers.start();
  }

  private void claim(String name) {
    ObjectNode claim = Json.object();
    claim.putObject("metadata").put("name", name).put("uid", name);
    claim.putObject("status").put("providerID", "kwok://m/" + name);
    ObjectKey key = ObjectKey.cluster(ResourceType.NODE_CLAIMS, name);
    store.commit(new Write.Create(key, Json.storable(claim)));
  }

  @Override
  public AutoCloseable start(KwokHost.Hosted machine) {
    asked.add(machine.name());
    starting.run();
    return () -> {};
  }

  @Override
  public void keepOnly(Set<String> names) {}
}
