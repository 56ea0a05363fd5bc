package dev.ballast.stategrid.raft;

import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.store.CommitResult;
import dev.ballast.core.store.ListQuery;
import dev.ballast.core.store.ListResult;
import dev.ballast.core.store.ResourceStore;
import dev.ballast.core.store.StoreUnavailableException;
import dev.ballast.core.store.Watch;
import dev.ballast.core.store.WatchQuery;
import dev.ballast.core.store.Write;
import dev.ballast.core.telemetry.Telemetry;
import dev.ballast.core.time.Now;
import dev.ballast.core.time.Timers;
import dev.ballast.stategrid.log.LogException;
import dev.ballast.stategrid.sequence.Publisher;
import dev.ballast.stategrid.sequence.Sequencer;
import dev.ballast.stategrid.sqlite.Image;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This member among the others: who leads, what that means here, and the way to the leader.
 *
 * <p>One thread looks at the group and makes things so: a sequencer runs here exactly while this
 * member leads, one for each epoch. It is told of changes and looks from time to time anyway, so no
 * event is needed for correctness. Everything else is thread-safe.
 */
public final class Group implements AutoCloseable {

  /** Told on the group's thread, in order. */
  public interface Leadership {
    void gained(Sequencer.Parts parts, Sequencer sequencer);

    void lost();

    /** This member can do nothing more until its process starts anew. */
    void broken(String why);

    /**
     * This member is none any more, whatever its process does.
     *
     * @param what became of it, for a person
     */
    void removed(String what);
  }

  private static final Logger LOG = LoggerFactory.getLogger(Group.class);
  private static final String ENDED =
      "its Raft server ended, and no other member says why. If `ballast member list` there does not"
          + " name this one, it was removed: move its data directory away and let it join anew";
  private static final Duration LOOK = Duration.ofMillis(200);
  private static final Duration REST = Duration.ofMillis(20);
  private static final Duration BETWEEN_MEASURES = Duration.ofSeconds(1);
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /** Longer than another member looks for a majority. */
  private static final Duration ASKED = PATIENCE.plusSeconds(2);

  private final RaftSettings settings;
  private final Image image;
  private final Publisher publisher;
  private final Supplier<ResourceStore> local;
  private final Leadership leadership;
  private final Timers timers;
  private final Telemetry telemetry;
  private final ExecutorService sweeper;
  private final Applier applier;
  private final ImageCopies copies;
  private final Calls calls;
  private final Shared confirmation;
  private final Object changing = new Object();
  private final Thread thread;
  private final RaftNode node;
  private final WayToLeader way;
  private final LinkAge links;
  private final Belonging belonging;
  private final Leading leading;
  private volatile String broken = "";
  private volatile String removed = "";
  private volatile boolean closed;
  private boolean changed;
  private Now ended;
  private Now measured;

  /**
   * Takes part in the group from now on.
   *
   * @param local reads what is here, without asking anybody
   * @throws LogException when the log cannot be opened or the address not be listened on
   */
  public Group(
      RaftSettings settings,
      Image image,
      Publisher publisher,
      Supplier<ResourceStore> local,
      Leadership leadership,
      Timers timers,
      Telemetry telemetry) {
    this.settings = settings;
    this.image = image;
    this.publisher = publisher;
    this.local = local;
    this.leadership = leadership;
    this.timers = timers;
    this.telemetry = telemetry;
    prepare();
    this.sweeper =
        Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("ballast-sweeper").factory());
    this.applier = new Applier(image, publisher, sweeper, telemetry);
    this.leading =
        new Leading(image, publisher, applier, leadership, this::broken, timers, telemetry);
    applier.onFailing(failure -> broken("its image takes no writes", failure));
    this.copies = new ImageCopies(image, settings.directory(), settings.self().id(), timers);
    copies.fetchedBefore().forEach(applier::replace);
    this.calls = new Calls(this, copies, timers);
    this.confirmation = new Shared(this::confirmNow, timers);
    this.node = open();
    this.way = new WayToLeader(this, node, publisher, timers);
    this.measured = timers.now();
    this.links = new LinkAge(settings.self().id(), timers.now());
    this.belonging =
        new Belonging(
            settings.self().id(),
            (peer, call) -> node.call(peer, call, ASKED),
            timers,
            this::removed);
    this.thread = Thread.ofPlatform().name("ballast-group").start(this::run);
  }

  /** An image that was a log of its own becomes what the group's log begins after. */
  private void prepare() {
    requireListenable(settings.self().address());
    try {
      Files.createDirectories(
          settings.directory(),
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } catch (IOException e) {
      throw new LogException("cannot make " + settings.directory() + ": " + e, true, e);
    }
    Image.Stored stored = image.stored();
    image.backedByLog();
    if (stored.index() >= 0) {
      return;
    }
    if (settings.founding()) {
      RaftFiles.requireNew(settings.directory(), settings.group(), image.file());
      image.settle(0, 0);
    } else if (stored.tip() > 0) {
      throw new LogException(
          image.file()
              + " holds the state of another cluster: a member that joins brings none; use an empty"
              + " directory",
          true,
          null);
    }
  }

  private RaftNode open() {
    RaftFiles.requireWhole(settings.directory(), settings.group(), image);
    VoteFile.mend(settings.directory(), settings.group(), image.stored().term());
    try {
      return new RaftNode(settings, new ImageStateMachine(settings, applier, new Surroundings()));
    } catch (IOException e) {
      throw new LogException("cannot take part in the group: " + e.getMessage(), true, e);
    }
  }

  /**
   * @param address HOST:PORT for the other members
   * @throws LogException in words for a person when it cannot be listened on
   */
  public static void requireListenable(String address) {
    try {
      RaftNode.requireListenable(new RaftSettings.Peer("", address));
    } catch (IOException e) {
      throw new LogException(e.getMessage(), true, e);
    }
  }

  private final class Surroundings implements ImageStateMachine.Surroundings {
    @Override
    public void changed() {
      look();
    }

    @Override
    public void logFailed(Throwable cause) {
      telemetry.count("ballast_store_failures_total", 1, "what", "log");
      broken("its log cannot be written", cause);
    }

    @Override
    public CompletableFuture<byte[]> answer(byte[] call) {
      return calls.answerLater(call);
    }

    @Override
    public CompletableFuture<Path> fetchImage(String id, String address) {
      RaftSettings.Peer from = new RaftSettings.Peer(id, address);
      return copies.fetchLater(
          call -> Group.this.node.call(from, call.encode(), ImageCopies.patience(call)), from);
    }
  }

  /** Until it is started anew. */
  private void broken(String what, Throwable cause) {
    LOG.error("this member takes no part any more, since {}", what, cause);
    broken = what + ": " + cause.getMessage();
    look();
  }

  private void removed(String what) {
    removed = what;
    look();
  }

  private void look() {
    synchronized (changing) {
      changed = true;
      changing.notifyAll();
    }
  }

  private void run() {
    while (!closed) {
      try {
        reconsider();
        pause(LOOK);
      } catch (InterruptedException e) {
        LOG.debug("the group's thread ends", e);
        break;
      } catch (RuntimeException e) {
        LOG.error("the group's thread failed; it looks again", e);
        telemetry.count("ballast_store_failures_total", 1, "what", "group");
      }
    }
    leading.end();
  }

  /** Until something changed, but not longer than this. */
  private void pause(Duration longest) throws InterruptedException {
    synchronized (changing) {
      if (!changed) {
        changing.wait(longest.toMillis());
      }
      changed = false;
    }
  }

  private void reconsider() {
    if (!removed.isEmpty() || !broken.isEmpty() || node.ended()) {
      end();
      return;
    }
    List<RaftSettings.Peer> peers = node.peers();
    boolean among = peers.stream().anyMatch(peer -> peer.id().equals(settings.self().id()));
    belonging.look(peers, among && node.leader().isPresent(), timers.now());
    if (links.isOver(node.leader(), timers.now())) {
      node.renewLinks();
    }
    if (leading.follow(node::leading, epoch -> new RaftLog(node, applier, epoch))) {
      look();
    }
    boundLog();
  }

  /** Its entries are of any size, and Ratis counts them only. */
  private void boundLog() {
    if (timers.now().since(measured).compareTo(BETWEEN_MEASURES) < 0) {
      return;
    }
    measured = timers.now();
    if (RaftFiles.bytes(settings.directory(), settings.group()) > settings.mostBytes()) {
      node.letGo();
    }
  }

  /**
   * Whoever leads has the Raft server of one that was removed end, also before that is settled: so
   * the others are asked for a while.
   */
  private void end() {
    leading.end();
    if (removed.isEmpty() && broken.isEmpty()) {
      ended = ended == null ? timers.now() : ended;
      removed = belonging.ask().orElse("");
      if (removed.isEmpty() && timers.now().since(ended).compareTo(PATIENCE) < 0) {
        return;
      }
    }
    if (!removed.isEmpty()) {
      leadership.removed(removed);
    } else {
      leadership.broken(broken.isEmpty() ? ENDED : broken);
    }
    closed = true;
  }

  /** Returns when this member leads, or after a while. */
  public void awaitLead(Duration longest) {
    Now began = timers.now();
    while (!isLeading() && !closed && timers.now().since(began).compareTo(longest) < 0) {
      rest();
    }
  }

  boolean isLeading() {
    return leading.now().isPresent();
  }

  /** This time of leading, by identity; empty while another member leads, or none. */
  public Optional<Object> lead() {
    return leading.now();
  }

  ResourceStore local() {
    return local.get();
  }

  long revision() {
    return publisher.progress().revision();
  }

  /**
   * The index of the newest entry of ours in the image. Ratis' own are not waited for: that the
   * newest is committed is told with the next message only.
   */
  long applied() {
    return applier.index();
  }

  public RaftNode node() {
    return node;
  }

  /**
   * Commits here or at the leader, waiting a little for there to be one.
   *
   * @throws StoreUnavailableException when it is not known whether the commit took effect
   */
  public CommitResult commit(List<Write> writes) {
    Optional<CommitResult> refusal = Sequencer.refusal(writes);
    if (refusal.isPresent()) {
      return refusal.get();
    }
    Now began = timers.now();
    String reason = "no member leads";
    while (timers.now().since(began).compareTo(PATIENCE) < 0 && !closed) {
      CommitResult result = isLeading() ? leading.commit(writes) : way.commit(writes);
      if (!(result instanceof CommitResult.Unavailable unavailable
          && movedOn(unavailable.reason()))) {
        return result;
      }
      reason = unavailable.reason();
      rest();
    }
    return new CommitResult.Unavailable(
        closed ? Sequencer.CLOSED : "a majority of the members cannot be reached: " + reason);
  }

  private static boolean movedOn(String reason) {
    return reason.startsWith(RaftLog.NOT_LEADING) || reason.equals(Sequencer.CLOSED);
  }

  Leading leading() {
    return leading;
  }

  private static void rest() {
    LockSupport.parkNanos(REST.toNanos());
    if (Thread.currentThread().isInterrupted()) {
      throw new StoreUnavailableException("interrupted");
    }
  }

  /**
   * Returns when this member shows everything that was committed before the call.
   *
   * @throws StoreUnavailableException when no majority confirms it
   */
  public void confirm() {
    confirmation.ask();
  }

  /**
   * What became of a member that is none any more, for sure; empty while it is one, or may become
   * one.
   *
   * @throws StoreUnavailableException when no majority confirms it
   */
  Optional<String> gone(String id) {
    confirm();
    try {
      return node.isSettledWithout(id)
          ? local().get(FormerMember.key(id)).map(noted -> FormerMember.of(noted).words())
          : Optional.empty();
    } catch (RaftUnavailableException e) {
      throw new StoreUnavailableException(e.getMessage(), e);
    }
  }

  private void confirmNow() {
    Now began = timers.now();
    while (true) {
      try {
        if (isLeading()) {
          node.awaitApplied(node.confirm(), timers);
        } else {
          way.catchUp();
        }
        return;
      } catch (RaftUnavailableException | StoreUnavailableException e) {
        if (closed || timers.now().since(began).compareTo(PATIENCE) >= 0) {
          throw new StoreUnavailableException(
              "a majority of the members cannot be reached: " + e.getMessage(), e);
        }
        rest();
      }
    }
  }

  /** Reads what only the leader has; empty when that is this member. */
  public Optional<Optional<Document>> volatileGet(ObjectKey key) {
    return way.get(key);
  }

  public Optional<ListResult> volatileList(ListQuery query) {
    return way.list(query);
  }

  public Optional<Watch> volatileWatch(WatchQuery query, Runnable signal) {
    return way.watch(query, signal);
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    try {
      thread.join(Duration.ofSeconds(15));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    applier.stop();
    node.close();
    sweeper.shutdownNow();
  }
}
