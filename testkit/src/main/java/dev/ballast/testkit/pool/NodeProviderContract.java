package dev.ballast.testkit.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.ballast.core.pool.Machine;
import dev.ballast.core.pool.MachineSpec;
import dev.ballast.core.pool.NodeProvider;
import dev.ballast.core.pool.NodeProvider.Created;
import dev.ballast.core.pool.NodeProvider.Deleted;
import dev.ballast.core.pool.NodeProvider.Listed;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link NodeProvider} keeps to. */
public abstract class NodeProviderContract {

  private NodeProvider provider;

  /** A provider that has no machines. */
  protected abstract NodeProvider open() throws Exception;

  /** Releases what {@link #open} made. */
  protected void release() throws Exception {}

  @BeforeEach
  void openProvider() throws Exception {
    provider = open();
  }

  @AfterEach
  void endMachines() throws Exception {
    machines().forEach(machine -> provider.delete(machine.id()));
    release();
  }

  @Test
  void listsWhatItMade() {
    Machine a = made(spec("a", "t1"));
    Machine b = made(spec("b", "t2"));
    assertEquals(List.of("a", "b"), names());
    assertEquals("pool", a.spec().pool());
    assertEquals(false, a.id().equals(b.id()));
  }

  @Test
  void makesNoSecondMachineForTheSameNameAndToken() {
    Machine first = made(spec("a", "t"));
    Machine second = made(spec("a", "t"));
    assertEquals(first.id(), second.id());
    assertEquals(List.of("a"), names());
  }

  @Test
  void refusesANameThatIsTaken() {
    made(spec("a", "t1"));
    Created.Failed failed =
        assertInstanceOf(Created.Failed.class, provider.create(spec("a", "t2")));
    assertEquals("AlreadyExists", failed.failure().reason());
    assertEquals(List.of("a"), names());
  }

  @Test
  void endingAMachineTwiceIsDone() {
    Machine machine = made(spec("a", "t"));
    assertInstanceOf(Deleted.Gone.class, provider.delete(machine.id()));
    assertInstanceOf(Deleted.Gone.class, provider.delete(machine.id()));
    assertEquals(List.of(), names());
  }

  @Test
  void aNameIsFreeAgainOnceItsMachineEnded() {
    provider.delete(made(spec("a", "t1")).id());
    made(spec("a", "t2"));
    assertEquals(List.of("a"), names());
  }

  private Machine made(MachineSpec spec) {
    return assertInstanceOf(Created.Made.class, provider.create(spec)).machine();
  }

  private List<Machine> machines() {
    return assertInstanceOf(Listed.Machines.class, provider.list()).machines();
  }

  private List<String> names() {
    return machines().stream().map(machine -> machine.spec().name()).sorted().toList();
  }

  private static MachineSpec spec(String name, String token) {
    return new MachineSpec(name, "pool", token, Map.of("cpu", "1", "memory", "1Gi"), Map.of());
  }
}
