package dev.ballast.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.api.security.CertificateAuthority;
import dev.ballast.core.identity.Ids;
import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.status.Failure;
import dev.ballast.core.status.Failures;
import dev.ballast.core.store.CommitResult;
import dev.ballast.core.store.DeleteOptions;
import dev.ballast.core.store.ListQuery;
import dev.ballast.core.store.ListResult;
import dev.ballast.core.store.ResourceStore;
import dev.ballast.core.store.StoreUnavailableException;
import dev.ballast.core.store.Write;
import dev.ballast.core.time.Now;
import dev.ballast.core.time.Timers;
import dev.ballast.stategrid.StateGrid;
import dev.ballast.stategrid.raft.Group;
import dev.ballast.stategrid.raft.MemberTls;
import dev.ballast.stategrid.raft.RaftSettings;
import dev.ballast.stategrid.raft.RaftUnavailableException;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
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
     * @param why for whoever does not know how it came to that
     */
    static RefusedException notFound(String id, String why) {
      Failure known = Failures.notFound(ObjectKey.cluster(MEMBERS, id));
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
    ObjectNode json() {
      return Json.object()
          .put("id", id)
          .put("address", address)
          .put("url", url)
          .put("leader", leads)
          .put("voter", votes);
    }
  }

  /** What whoever runs two members should know. */
  static final String TWO =
      "two members survive no failure: writes stop when either is away; let a third one join";

  private static final Logger LOG = LoggerFactory.getLogger(Membership.class);
  private static final Pattern ADDRESS =
      Pattern.compile("(?:[A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.%]+]):(\\d{1,5})");
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration BETWEEN_ATTEMPTS = Duration.ofMillis(500);
  private static final Duration RENEW_AFTER = Duration.ofDays(200);
  private static final ResourceType MEMBERS = new ResourceType("ballast.dev", "members");

  private final Path data;
  private final SecureRandom random;
  private final Ids ids;
  private final Timers timers;
  private final StateGrid grid;
  private final ResourceStore store;
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
    this.self = self;
    this.random = random;
    this.ids = ids;
  }

  /** How a member takes part, with a new certificate from the members' own authority. */
  static RaftSettings settings(Path data, MemberFile self, SecureRandom random, Timers timers) {
    RaftSettings.Peer peer = new RaftSettings.Peer(self.id(), self.address());
    try {
      Instant now = timers.now().wall();
      CertificateAuthority authority =
          CertificateAuthority.open(SecretFiles.directory(data.resolve("members")), random, now);
      CertificateAuthority.Identity identity =
          authority.issueMember(self.id(), List.of(host(self.address())), now);
      MemberTls tls =
          new MemberTls(identity.key(), identity.certificate(), authority.certificate());
      keepRenewing(tls, self, authority, timers);
      return RaftSettings.of(
          self.group(), peer, self.founding(), data.resolve("raft"), Optional.of(tls));
    } catch (IOException e) {
      throw new StartFailure("cannot open the members' authority: " + e.getMessage(), e);
    }
  }

  /** Long before it ends; open links stay, new ones show the new one. */
  private static void keepRenewing(
      MemberTls tls, MemberFile self, CertificateAuthority authority, Timers timers) {
    timers.schedule(
        RENEW_AFTER,
        () -> {
          Instant now = timers.now().wall();
          CertificateAuthority.Identity next =
              authority.issueMember(self.id(), List.of(host(self.address())), now);
          tls.renew(next.key(), next.certificate());
          LOG.info("this member has a new certificate, until {}", next.certificate().getNotAfter());
          keepRenewing(tls, self, authority, timers);
        });
  }

  private static String host(String address) {
    return address.substring(0, address.lastIndexOf(':')).replace("[", "").replace("]", "");
  }

  /** Tells clients where this member is, now that it may be somewhere else than before. */
  void announce() {
    if (grid.group().isPresent()) {
      put(self.id(), self.address(), self.url());
    }
  }

  /** Those who vote, then those who were welcomed and do not yet. */
  List<Member> list() {
    Optional<Group> group = grid.group();
    if (group.isEmpty()) {
      return List.of(new Member(self.id(), "", self.url(), true, true));
    }
    List<Document> documents = documents();
    Optional<String> leader = group.get().node().leader();
    List<Member> members = new ArrayList<>();
    for (RaftSettings.Peer peer : group.get().node().peers()) {
      members.add(
          new Member(
              peer.id(),
              peer.address(),
              url(documents, peer.id()),
              leader.equals(Optional.of(peer.id())),
              true));
    }
    documents.stream()
        .filter(one -> members.stream().noneMatch(voter -> voter.id().equals(one.key().name())))
        .map(
            one ->
                new Member(
                    one.key().name(), address(one), url(documents, one.key().name()), false, false))
        .forEach(members::add);
    return members;
  }

  private List<Document> documents() {
    return store.serializable().list(ListQuery.all(MEMBERS)) instanceof ListResult.Page page
        ? page.documents()
        : List.of();
  }

  private static String url(List<Document> documents, String id) {
    return documents.stream()
        .filter(document -> document.key().name().equals(id))
        .map(document -> document.tree().at("/spec/url").asText())
        .findFirst()
        .orElse("");
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
    String id = ids.uid().replace("-", "").substring(0, 8);
    put(id, address, url);
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
    if (!url.matches("https://[^\\s/]+")) {
      throw new IllegalArgumentException("url: '%s' is not https://HOST:PORT".formatted(url));
    }
  }

  /** Nothing is written before it is known that this member can be reached by others. */
  private void begin() throws RefusedException {
    if (self.address().startsWith("127.") || self.address().startsWith("[::1]")) {
      LOG.info("this member is reachable for members on this machine only; see --bind");
    }
    try {
      Group.requireListenable(self.address());
      RaftSettings settings = settings(data, self, random, timers);
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
    Document document =
        documents().stream()
            .filter(one -> one.key().name().equals(id))
            .findFirst()
            .orElseThrow(
                () ->
                    RefusedException.notFound(
                        id, ": it was never welcomed, or removed or replaced meanwhile"));
    String address = address(document);
    List<RaftSettings.Peer> peers =
        change(
            group,
            address,
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

  /** Of one that was welcomed and never came, what was noted of it. */
  synchronized void remove(String id) throws RefusedException {
    store.revision();
    if (list().stream().noneMatch(member -> member.id().equals(id))) {
      throw RefusedException.notFound(id, "");
    }
    Group group = group();
    List<RaftSettings.Peer> left =
        change(group, "", before -> before.stream().filter(peer -> !peer.id().equals(id)).toList());
    forget(document -> document.key().name().equals(id));
    LOG.info("{} is no member any more; there are {}", id, left.size());
  }

  /**
   * Others may change the group at the same time, here or at another member: what is to be done is
   * decided anew then. Repeating it is harmless.
   *
   * @param taken the address that is somebody else's now; "" for none
   * @return who is in the group now
   */
  private List<RaftSettings.Peer> change(
      Group group, String taken, UnaryOperator<List<RaftSettings.Peer>> next)
      throws RefusedException {
    Now began = timers.now();
    while (true) {
      store.revision();
      List<RaftSettings.Peer> before = group.node().peers();
      List<RaftSettings.Peer> after = next.apply(before);
      if (after.isEmpty()) {
        throw new RefusedException("the last member cannot be removed", null);
      }
      try {
        group.node().setPeers(before, after);
        forget(document -> isOver(document, before, after, taken));
        return after;
      } catch (RaftUnavailableException e) {
        if (timers.now().since(began).compareTo(PATIENCE) > 0) {
          throw new RefusedException(
              "the group did not change (a majority of it must run): " + e.getMessage(), e);
        }
        LOG.info("the group did not change, trying again: {}", e.getMessage());
        LockSupport.parkNanos(BETWEEN_ATTEMPTS.toNanos());
      }
    }
  }

  /** Not of one that has been welcomed and waits for its vote, also in a lost one's place. */
  private static boolean isOver(
      Document document,
      List<RaftSettings.Peer> before,
      List<RaftSettings.Peer> after,
      String taken) {
    String id = document.key().name();
    return after.stream().noneMatch(peer -> peer.id().equals(id))
        && (before.stream().anyMatch(peer -> peer.id().equals(id))
            || address(document).equals(taken));
  }

  private void forget(Predicate<Document> whom) {
    documents().stream()
        .filter(whom)
        .forEach(one -> store.commit(new Write.Delete(one.key(), 0, DeleteOptions.DEFAULTS)));
  }

  private static String address(Document document) {
    return document.tree().at("/spec/address").asText();
  }

  private Group group() throws RefusedException {
    return grid.group().orElseThrow(() -> new RefusedException("this member stands alone", null));
  }

  private void put(String id, String address, String url) {
    ObjectKey key = ObjectKey.cluster(MEMBERS, id);
    ObjectNode document = Json.object().put("apiVersion", "ballast.dev/v1").put("kind", "Member");
    document.putObject("metadata").put("name", id);
    document.putObject("spec").put("address", address).put("url", url);
    byte[] json = Json.storable(document);
    for (int attempt = 0; attempt < 10; attempt++) {
      Optional<Document> there = store.get(key);
      CommitResult result =
          store.commit(
              there.isEmpty()
                  ? new Write.Create(key, json)
                  : new Write.Replace(key, there.get().revision(), "", json));
      if (result instanceof CommitResult.Committed) {
        return;
      }
      if (result instanceof CommitResult.Unavailable unavailable) {
        throw new StoreUnavailableException(unavailable.reason());
      }
    }
  }

  static ArrayNode json(List<Member> members) {
    ArrayNode array = Json.MAPPER.createArrayNode();
    members.forEach(member -> array.add(member.json()));
    return array;
  }

  /** A member that has no file yet, for when somebody joins it. */
  static MemberFile future(String address, String url, Ids ids) {
    return new MemberFile(
        ids.uid().replace("-", "").substring(0, 8), UUID.fromString(ids.uid()), address, url, true);
  }
}
