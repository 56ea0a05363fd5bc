package dev.ballast.app;

import static java.time.temporal.ChronoUnit.SECONDS;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.client.Given;
import dev.ballast.core.identity.Ids;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.status.Failure;
import dev.ballast.core.status.Failures;
import dev.ballast.core.store.ResourceStore;
import dev.ballast.core.store.StoreUnavailableException;
import dev.ballast.core.time.Now;
import dev.ballast.core.time.Timers;
import dev.ballast.elasticpool.kwok.Host;
import dev.ballast.stategrid.StateGrid;
import dev.ballast.stategrid.raft.FormerMember;
import dev.ballast.stategrid.raft.Group;
import dev.ballast.stategrid.raft.RaftSettings;
import dev.ballast.stategrid.raft.RaftUnavailableException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who is in the group of members, and how that changes: the first join makes a group of the member
 * that stood alone. The group's own configuration says who votes; beside it each member has an
 * object that tells where clients reach it. Changes block, one at a time; thread-safe.
 */
final class Membership {

  /** Why a change could not be made, in words for a person. */
  static final class RefusedException extends Exception {
    private static final long serialVersionUID = 1;
    private final transient Failure failure;

    private RefusedException(Failure failure, Throwable cause) {
      super(failure.message(), cause);
      this.failure = failure;
    }

    RefusedException(String message, Throwable cause) {
      this(new Failure(409, "Conflict", message), cause);
    }

    /**
     * @param reason tells a program whom to ask instead
     */
    static RefusedException askElsewhere(String reason, String message) {
      return new RefusedException(new Failure(409, reason, message), null);
    }

    /**
     * @param why for whoever does not know how it came to that
     */
    static RefusedException notFound(String id, String why) {
      Failure known = Failures.notFound(ObjectKey.cluster(MemberObjects.TYPE, id));
      return new RefusedException(
          new Failure(known.code(), known.reason(), known.message() + why, known.details()), null);
    }

    Failure failure() {
      return failure;
    }
  }

  /**
   * One member.
   *
   * @param leads whether it leads, as far as the member that is asked knows
   */
  record Member(String id, String address, String url, boolean leads, boolean votes) {
    private ObjectNode json() {
      return Json.object()
          .put("id", id)
          .put("address", address)
          .put("url", url)
          .put("leader", leads)
          .put("voter", votes);
    }
  }

  /**
   * Who there is.
   *
   * @param asked where the member that says so serves its API
   * @param unconfirmed why no majority confirms it, so that it is only what that member last knew;
   *     "" when one does
   */
  record Answer(List<Member> members, String asked, String unconfirmed) {
    ObjectNode json() {
      ObjectNode json = Json.object().put("asked", asked).put("unconfirmed", unconfirmed);
      ArrayNode array = json.putArray("members");
      members.forEach(member -> array.add(member.json()));
      return json;
    }
  }

  /** What whoever runs two members should know. */
  static final String TWO =
      "two members survive no failure: writes stop when either is away; let a third one join";

  /** The reason for refusing to remove who leads: it hands over once it is asked itself. */
  static final String ASK_ITSELF = "MemberLeads";

  /** The reason for refusing to remove who is asked. */
  static final String ASK_ANOTHER = "MemberIsAsked";

  private static final Logger LOG = LoggerFactory.getLogger(Membership.class);
  private static final Pattern ADDRESS =
      Pattern.compile("(?:[A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.%]+]):(\\d{1,5})");
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration HEARD_OF_JUST_NOW = Duration.ofMillis(1500);
  private static final Duration BETWEEN_ATTEMPTS = Duration.ofMillis(500);

  private final Path data;
  private final SecureRandom random;
  private final Ids ids;
  private final Timers timers;
  private final StateGrid grid;
  private final ResourceStore store;
  private final MemberObjects objects;
  private final MemberFile self;

  /**
   * @param grid may stand alone yet
   * @param self this member, in a group or for when there will be one
   */
  Membership(
      Path data, StateGrid grid, MemberFile self, SecureRandom random, Ids ids, Timers timers) {
    this.timers = timers;
    this.data = data;
    this.grid = grid;
    this.store = grid.store();
    this.objects = new MemberObjects(store);
    this.self = self;
    this.random = random;
    this.ids = ids;
  }

  /** Tells clients where this member is, now that it may be somewhere else than before. */
  void announce() {
    if (grid.group().isPresent()) {
      objects.put(new MemberObjects.Member(self.id(), self.address(), self.url()));
    }
  }

  /** Those who vote, then those who were welcomed and do not yet. */
  List<Member> list() {
    Optional<Group> group = grid.group();
    if (group.isEmpty()) {
      return List.of(new Member(self.id(), "", self.url(), true, true));
    }
    Map<String, MemberObjects.Member> noted = new LinkedHashMap<>();
    objects.all().forEach(one -> noted.put(one.id(), one));
    Optional<String> leader = group.get().node().leader();
    List<Member> members = new ArrayList<>();
    for (RaftSettings.Peer peer : group.get().node().peers()) {
      MemberObjects.Member its = noted.remove(peer.id());
      boolean leads = leader.equals(Optional.of(peer.id()));
      members.add(new Member(peer.id(), peer.address(), its == null ? "" : its.url(), leads, true));
    }
    noted
        .values()
        .forEach(one -> members.add(new Member(one.id(), one.address(), one.url(), false, false)));
    return members;
  }

  /** As {@link #list}, and whether a majority confirms it. Blocks for some seconds if none does. */
  Answer answer() {
    String unconfirmed = "";
    try {
      store.revision();
    } catch (StoreUnavailableException e) {
      unconfirmed = e.getMessage();
    }
    return new Answer(list(), self.url(), unconfirmed);
  }

  /**
   * All members, and whether the leader has just heard of each; asked where the leader is.
   *
   * @throws StoreUnavailableException when that is not known here
   */
  List<Host> hosts() {
    Optional<Group> group = grid.group();
    if (group.isEmpty()) {
      return List.of(new Host(self.id(), true));
    }
    List<RaftSettings.Peer> peers = group.get().node().peers();
    if (peers.isEmpty()) {
      throw new StoreUnavailableException("this member does not know who is in the group");
    }
    Map<String, Duration> silent = group.get().node().silent();
    return peers.stream().map(peer -> host(peer.id(), silent.get(peer.id()))).toList();
  }

  private Host host(String id, Duration silent) {
    boolean answers =
        id.equals(self.id()) || silent != null && silent.compareTo(HEARD_OF_JUST_NOW) < 0;
    return new Host(id, answers);
  }

  /** Where clients may reach the API: at members that have their vote. */
  List<String> urls() {
    List<String> urls =
        list().stream()
            .filter(Member::votes)
            .map(Member::url)
            .filter(url -> !url.isEmpty())
            .distinct()
            .toList();
    return urls.isEmpty() ? List.of(self.url()) : urls;
  }

  /**
   * A machine wants to become a member: it gets what every member has. It votes only after {@link
   * #admit}, once it runs.
   *
   * @return the cluster's secrets and the newcomer's name
   * @throws IllegalArgumentException in words for a person when it is nobody that can be reached
   */
  synchronized ObjectNode welcome(JsonNode newcomer) throws RefusedException {
    String address = newcomer.path("address").asText();
    String url = newcomer.path("url").asText();
    requireReachable(address, url);
    if (grid.group().isEmpty()) {
      begin();
    }
    String id = MemberFile.newId(ids);
    objects.put(new MemberObjects.Member(id, address, url));
    ObjectNode files = Json.object();
    SecretFiles.read(data).forEach((name, content) -> files.put(name, content));
    ObjectNode answer = Json.object().put("id", id).put("group", self.group().toString());
    answer.set("files", files);
    return answer;
  }

  /** The group's own protocol breaks on what is no address, at whoever leads. */
  private static void requireReachable(String address, String url) {
    Matcher parts = ADDRESS.matcher(address);
    int port = parts.matches() ? Integer.parseInt(parts.group(1)) : 0;
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException(
          "address: '%s' is not HOST:PORT with a port from 1 to 65535".formatted(address));
    }
    if (!url.matches("https://[^\\s/]+") || !isServer(url)) {
      throw new IllegalArgumentException("url: '%s' is not https://HOST:PORT".formatted(url));
    }
  }

  private static boolean isServer(String url) {
    try {
      Given.server(url);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** Nothing is written before it is known that this member can be reached by others. */
  private void begin() throws RefusedException {
    if (self.address().startsWith("127.") || self.address().startsWith("[::1]")) {
      LOG.info("this member is reachable for members on this machine only; see --bind");
    }
    try {
      Group.requireListenable(self.address());
      RaftSettings settings = MemberCertificates.settings(data, self, random, timers);
      self.write(data);
      grid.replicate(settings);
    } catch (RuntimeException e) {
      throw new RefusedException("the group cannot begin: " + e.getMessage(), e);
    }
    announce();
    LOG.info("this member is the first of a group now");
  }

  /** A newcomer that runs gets its vote, and takes the place of one at the same address. */
  synchronized void admit(String id) throws RefusedException {
    Group group = group();
    // Not as it was here a while ago: it may have been welcomed elsewhere just now.
    store.revision();
    String address =
        objects
            .find(id)
            .orElseThrow(
                () ->
                    RefusedException.notFound(
                        id, ": it was never welcomed, or removed or replaced meanwhile"))
            .address();
    List<RaftSettings.Peer> peers =
        change(
            group,
            new Change(id, address),
            before -> {
              List<RaftSettings.Peer> after = new ArrayList<>(before);
              after.removeIf(peer -> peer.id().equals(id) || peer.address().equals(address));
              after.add(new RaftSettings.Peer(id, address));
              return after;
            });
    LOG.info("{} at {} is a member now; there are {}", id, address, peers.size());
    if (peers.size() == 2) {
      LOG.warn(TWO);
    }
  }

  /**
   * Of one that was welcomed and never came, what was noted of it. Nobody removes itself: its part
   * would end in the middle of that, and its process before the answer. It hands over the lead, and
   * another member is to be asked.
   */
  synchronized void remove(String id) throws RefusedException {
    store.revision();
    List<Member> members = list();
    if (members.stream().noneMatch(member -> member.id().equals(id))) {
      throw RefusedException.notFound(id, "");
    }
    Group group = group();
    if (id.equals(self.id())) {
      throw leaveToAnother(group, members);
    }
    mustNotLead(group, id);
    List<RaftSettings.Peer> left =
        change(
            group,
            Change.NOBODY_COMES,
            before -> before.stream().filter(peer -> !peer.id().equals(id)).toList());
    objects.forget(one -> one.id().equals(id));
    LOG.info("{} is no member any more; there are {}", id, left.size());
  }

  private RefusedException leaveToAnother(Group group, List<Member> members) {
    List<String> others =
        members.stream()
            .filter(member -> member.votes() && !member.id().equals(self.id()))
            .map(member -> member.url().isEmpty() ? member.id() : member.url())
            .toList();
    if (others.isEmpty()) {
      return new RefusedException("the last member cannot be removed", null);
    }
    group.node().handOver();
    if (group.node().leader().equals(Optional.of(self.id()))) {
      return new RefusedException(
          "%s leads, and none of the others (%s) took over: a majority must be left without it"
              .formatted(self.id(), String.join(", ", others)),
          null);
    }
    return RefusedException.askElsewhere(
        ASK_ANOTHER,
        "%s is the member that was asked, and cannot answer for its own removal: ask another one, %s"
            .formatted(self.id(), String.join(" or ", others)));
  }

  /** A group whose leader takes itself out has been seen to stand still. */
  private static void mustNotLead(Group group, String id) throws RefusedException {
    if (group.node().leader().equals(Optional.of(id))) {
      throw RefusedException.askElsewhere(
          ASK_ITSELF,
          "%s leads, and must hand over first: ask it itself, or stop it where a majority is left without it"
              .formatted(id));
    }
  }

  /**
   * @param id who comes
   * @param address which is its own from now on
   */
  private record Change(String id, String address) {
    static final Change NOBODY_COMES = new Change("", "");
  }

  /**
   * Others may change the group at the same time, here or at another member: what is to be done is
   * decided anew then. Repeating it is harmless.
   *
   * @return who is in the group now
   */
  private List<RaftSettings.Peer> change(
      Group group, Change comes, UnaryOperator<List<RaftSettings.Peer>> next)
      throws RefusedException {
    Now began = timers.now();
    while (true) {
      store.revision();
      List<RaftSettings.Peer> before = group.node().peers();
      List<RaftSettings.Peer> after = next.apply(before);
      if (after.isEmpty()) {
        throw new RefusedException("the last member cannot be removed", null);
      }
      gone(before, after).forEach(id -> note(id, comes.id()));
      try {
        group.node().setPeers(before, after);
        objects.forget(one -> isOver(one, before, after, comes.address()));
        return after;
      } catch (RaftUnavailableException e) {
        if (timers.now().since(began).compareTo(PATIENCE) > 0) {
          throw new RefusedException(
              (e.nothingDone()
                      ? "the group did not change"
                      : "it is not known whether the group changed, look at `ballast member list`")
                  + " (a majority of it must run): "
                  + e.getMessage(),
              e);
        }
        LOG.info("the group did not change, trying again: {}", e.getMessage());
        LockSupport.parkNanos(BETWEEN_ATTEMPTS.toNanos());
      }
    }
  }

  /** Before the group changes: who is in it does not go by that, and who is not can be told. */
  private void note(String id, String replacedBy) {
    objects.note(new FormerMember(id, timers.now().wall().truncatedTo(SECONDS), replacedBy));
  }

  private static List<String> gone(List<RaftSettings.Peer> before, List<RaftSettings.Peer> after) {
    return before.stream()
        .map(RaftSettings.Peer::id)
        .filter(id -> after.stream().noneMatch(peer -> peer.id().equals(id)))
        .toList();
  }

  /** Not of one that has been welcomed and waits for its vote, also in a lost one's place. */
  private static boolean isOver(
      MemberObjects.Member one,
      List<RaftSettings.Peer> before,
      List<RaftSettings.Peer> after,
      String taken) {
    return after.stream().noneMatch(peer -> peer.id().equals(one.id()))
        && (gone(before, after).contains(one.id()) || one.address().equals(taken));
  }

  private Group group() throws RefusedException {
    return grid.group().orElseThrow(() -> new RefusedException("this member stands alone", null));
  }
}
