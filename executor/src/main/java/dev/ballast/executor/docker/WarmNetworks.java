package dev.ballast.executor.docker;

import dev.ballast.core.container.SandboxSpec;
import dev.ballast.core.time.Now;
import dev.ballast.core.time.Timers;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pod networks made ahead of the pods (ADR 32). A network is a container of ours on the pods'
 * bridge that does nothing but hold its network namespace. The sandbox of a pod that takes one is
 * created with the pod's own host name, hosts and DNS on the machine's network, which is quick, and
 * its program moves into the namespace before anything of the pod starts.
 *
 * <p>Invariants: a network serves one pod in its life. Which sandbox took it stands in that
 * sandbox's labels, from its creation on, so an agent that lost its memory knows it too; what no
 * sandbox names was made by an agent that is gone, and is removed. Nothing is made while a pod is
 * being started: the machine's time is for those. Thread-safe; the monitor is never held over a
 * call to the engine.
 */
final class WarmNetworks implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(WarmNetworks.class);

  /** How many are kept unless the agent is told otherwise. */
  static final int SIZE = 4;

  /** How long no pod must have been started before one is made: in a burst none is. */
  private static final Duration QUIET = Duration.ofMillis(500);

  private static final Duration FIRST = Duration.ofSeconds(1);
  private static final Duration TROUBLE = Duration.ofSeconds(10);

  /** How long a holder may look unused before it is: a sandbox may just be taking it. */
  private static final Duration UNUSED = Duration.ofSeconds(10);

  private final Holders containers;
  private final Timers timers;
  private final int size;
  private final Deque<Network> ready = new ArrayDeque<>();
  private final Map<String, String> holders = new HashMap<>();
  private final Map<String, String> pods = new HashMap<>();
  private final Map<String, Now> suspects = new HashMap<>();
  private Timers.Scheduled next = () -> {};
  private int underWay;
  private boolean filling;
  private boolean off;

  /**
   * @param bridge the Docker network that pods join
   * @param size how many are kept ready
   */
  WarmNetworks(Engine engine, String scope, String bridge, Timers timers, int size) {
    this.containers = new Holders(engine, scope, bridge);
    this.timers = timers;
    this.size = size;
  }

  /**
   * @param left by an agent that is gone: nobody takes them any more. A sandbox that it was just
   *     creating with one of them has no network then, counts as ended, and is made anew.
   */
  synchronized void open(Set<String> left) {
    timers.execute(() -> sweep(left));
    off = !JoinProgram.exists(System.getProperty("os.arch"));
    next = timers.schedule(FIRST, this::begun);
  }

  private void sweep(Set<String> left) {
    try {
      left.forEach(containers::remove);
    } catch (RuntimeException e) {
      LOG.info("networks of an agent that is gone are left for later: {}", e.getMessage());
    }
  }

  /** Something of a pod is being created or started. */
  synchronized void begin() {
    underWay++;
  }

  synchronized void end() {
    underWay--;
    fillSoon(QUIET);
  }

  private synchronized void fillSoon(Duration after) {
    if (!off && !filling && ready.size() < size) {
      next.cancel();
      next = timers.schedule(after, this::begun);
    }
  }

  /** How many are ready to be taken. */
  synchronized int size() {
    return ready.size();
  }

  /**
   * A network for this sandbox, if there is one and everything about the sandbox can be made right
   * with it: host ports and sysctls belong to the namespace's creation.
   */
  synchronized Optional<Network> take(SandboxSpec spec) {
    boolean fits =
        !spec.hostNetwork()
            && !spec.hostIpc()
            && !spec.hostPid()
            && !spec.hostname().isEmpty()
            && spec.ports().isEmpty()
            && spec.sysctls().isEmpty();
    while (fits && !ready.isEmpty()) {
      Network network = ready.poll();
      if (Network.link(ProcessHandle.current().pid(), network.namespace()) != Network.Link.GONE) {
        return Optional.of(network);
      }
    }
    return Optional.empty();
  }

  /** The sandbox was there already, and has its own. */
  synchronized void giveBack(Network network) {
    ready.addFirst(network);
  }

  /** As the sandbox's labels say. */
  synchronized void taken(String sandboxId, String networkId, String podUid) {
    holders.put(sandboxId, networkId);
    pods.put(networkId, podUid);
  }

  synchronized boolean serves(String sandboxId) {
    return holders.containsKey(sandboxId);
  }

  synchronized Optional<String> holderOf(String sandboxId) {
    return Optional.ofNullable(holders.get(sandboxId));
  }

  /** The containers of those that are ready. */
  synchronized List<String> unused() {
    return ready.stream().map(Network::id).toList();
  }

  /** The pod whose network this container holds. */
  synchronized Optional<String> podOf(String holderId) {
    return Optional.ofNullable(pods.get(holderId));
  }

  /** The sandbox is gone, and its network with it. */
  void released(String sandboxId) {
    String holder;
    synchronized (this) {
      holder = holders.remove(sandboxId);
      pods.remove(holder);
    }
    if (holder != null) {
      containers.remove(holder);
    }
  }

  /**
   * Removes what has been of no use for a while.
   *
   * @param found all holders on the engine
   * @param claimed those that a sandbox names
   */
  void prune(Set<String> found, Set<String> claimed) {
    List<String> useless;
    synchronized (this) {
      Now now = timers.now();
      suspects.keySet().retainAll(found);
      for (String id : found) {
        boolean used = filling || claimed.contains(id) || isReady(id);
        if (used) {
          suspects.remove(id);
        } else {
          suspects.putIfAbsent(id, now);
        }
      }
      useless =
          suspects.entrySet().stream()
              .filter(e -> now.since(e.getValue()).compareTo(UNUSED) >= 0)
              .map(Map.Entry::getKey)
              .toList();
    }
    useless.forEach(containers::remove);
  }

  private boolean isReady(String id) {
    return ready.stream().anyMatch(network -> network.id().equals(id));
  }

  /** On a task of its own: that the timer is cancelled must not break off what has begun. */
  private void begun() {
    timers.execute(this::fill);
  }

  private void fill() {
    synchronized (this) {
      if (off || filling || underWay > 0 || ready.size() >= size) {
        return;
      }
      filling = true;
    }
    Duration after = QUIET;
    try {
      add(containers.make());
    } catch (RuntimeException e) {
      LOG.info("no network can be made ahead now: {}", e.getMessage());
      after = TROUBLE;
    } finally {
      synchronized (this) {
        filling = false;
        notifyAll();
      }
      fillSoon(after);
    }
  }

  private void add(Optional<Network> made) {
    synchronized (this) {
      if (made.isEmpty()) {
        LOG.info("pods start from cold: the agent cannot see the engine's network namespaces");
        off = true;
        return;
      }
      if (!off) {
        ready.add(made.get());
        return;
      }
    }
    containers.remove(made.get().id());
  }

  /** What is being made removes itself, while the engine can still be reached. */
  private void awaitFill() {
    Now begun = timers.now();
    try {
      while (filling && timers.now().since(begun).compareTo(TROUBLE) < 0) {
        wait(TROUBLE.toMillis());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What no pod has taken goes; the rest stays with its pods. */
  @Override
  public void close() {
    List<Network> unused;
    synchronized (this) {
      off = true;
      next.cancel();
      awaitFill();
      unused = List.copyOf(ready);
      ready.clear();
    }
    try {
      unused.forEach(network -> containers.remove(network.id()));
    } catch (RuntimeException e) {
      LOG.info("networks made ahead are left for the next agent: {}", e.getMessage());
    }
  }
}
