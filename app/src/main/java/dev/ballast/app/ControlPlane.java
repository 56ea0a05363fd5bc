package dev.ballast.app;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.api.KubernetesApi;
import dev.ballast.api.auth.Authorizer;
import dev.ballast.api.auth.NodeRules;
import dev.ballast.api.openapi.OpenApiRoutes;
import dev.ballast.api.protobuf.ProtobufDecoder;
import dev.ballast.api.security.NodeCredentials;
import dev.ballast.api.security.SecurityRoutes;
import dev.ballast.api.security.ServerCertificates;
import dev.ballast.api.security.TokenRequests;
import dev.ballast.api.server.ApiServer;
import dev.ballast.api.server.ServerSettings;
import dev.ballast.api.stream.StreamRoutes;
import dev.ballast.api.tunnel.Renewals;
import dev.ballast.api.tunnel.Tunnels;
import dev.ballast.api.wire.Bodies;
import dev.ballast.control.informer.Informer;
import dev.ballast.control.informer.Informers;
import dev.ballast.core.identity.Ids;
import dev.ballast.core.identity.User;
import dev.ballast.core.model.Node;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.status.Failure;
import dev.ballast.core.store.BestKnown;
import dev.ballast.core.store.ResourceStore;
import dev.ballast.core.store.StoreUnavailableException;
import dev.ballast.core.time.Timers;
import dev.ballast.kinds.admission.Admission;
import dev.ballast.kinds.admission.Admissions;
import dev.ballast.kinds.admission.Bootstrap;
import dev.ballast.kinds.builtin.BuiltinKinds;
import dev.ballast.kinds.engine.AdmittedResources;
import dev.ballast.kinds.engine.AdmittingStore;
import dev.ballast.metrics.PrometheusTelemetry;
import dev.ballast.stategrid.StateGrid;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The store, the API over it, and what decides: wired by hand, opened in the order in which each
 * needs the other, closed in reverse. The bare store is seen here only; everybody else gets one
 * that admits.
 */
final class ControlPlane implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ControlPlane.class);
  private static final String SERVICE_RANGE = "10.96.0.0/16";
  private static final String API_SERVICE = "10.96.0.1";
  private static final Duration ANNOUNCE_AGAIN = Duration.ofSeconds(10);

  private final Parts parts = new Parts();
  private final ServerOptions options;
  private final Timers timers;
  private final Ids ids;
  private final SecureRandom random;
  private final PrometheusTelemetry telemetry;
  private final BuiltinKinds kinds = new BuiltinKinds();
  private final Addresses addresses;
  private final List<Admission> admissions;
  private Keys keys;
  private ResourceStore bare;
  private StateGrid grid;
  private MemberFile self;
  private Membership membership;
  private AdmittingStore admitting;
  private AdmittedResources resources;
  private ServerCertificates certificates;
  private ApiServer server;
  private LeaderWork work;
  private Informers followed;
  private volatile Informer<Node> followedNodes;
  private volatile boolean closed;

  private ControlPlane(
      ServerOptions options,
      Timers timers,
      Ids ids,
      SecureRandom random,
      PrometheusTelemetry telemetry) {
    this.options = options;
    this.timers = timers;
    this.ids = ids;
    this.random = random;
    this.telemetry = telemetry;
    this.addresses = new Addresses(options.bind, options.memberPort);
    this.admissions = Admissions.standard(ids, SERVICE_RANGE);
  }

  /**
   * Returns when the API serves and the first objects are there.
   *
   * @throws StartFailure in words for a person, with nothing left open
   */
  static ControlPlane start(
      ServerOptions options,
      Timers timers,
      Ids ids,
      SecureRandom random,
      PrometheusTelemetry telemetry) {
    ControlPlane plane = new ControlPlane(options, timers, ids, random, telemetry);
    try {
      plane.openStore();
      plane.keys = Keys.open(options, random);
      plane.openApi();
      plane.openMembership();
      plane.makeFirstObjects();
      plane.startDeciding();
      return plane;
    } catch (RuntimeException e) {
      plane.close();
      throw e;
    }
  }

  private void openStore() {
    MemberStart.Started started =
        new MemberStart(options, addresses, timers, ids, random, telemetry).open(parts);
    grid = started.grid();
    self = started.self();
    bare = grid.store();
    admitting =
        new AdmittingStore(bare, kinds, admissions, ids, timers, User.CONTROL_PLANE, telemetry);
    resources = new AdmittedResources(bare, kinds, admissions, ids, timers, telemetry);
  }

  private void openApi() {
    work =
        new LeaderWork(
            admitting,
            resources,
            ServedKinds.config(keys.authority().certificatePem(), kinds),
            timers,
            ids,
            random,
            telemetry,
            this::firstObjects,
            () -> membership.hosts());
    certificates = new ServerCertificates(keys.authority(), List.of(options.bind), timers);
    ServerSettings settings =
        new ServerSettings(
            options.bind,
            options.port,
            certificates.current().certificates(),
            certificates.current().privateKey());
    server = parts.add(KubernetesApi.server(settings, apiParts()));
    try {
      server.start();
    } catch (IllegalStateException e) {
      throw new StartFailure(
          "cannot listen on %s port %d: %s. Choose another with --bind or --port (0 picks a free one)."
              .formatted(options.bind, options.port, e.getMessage()),
          e);
    }
    certificates.onChange(pair -> server.renewCertificate(pair.certificates(), pair.privateKey()));
  }

  private KubernetesApi.Parts apiParts() {
    BestKnown known = new BestKnown(bare, timers);
    Bearers bearers = Bearers.open(options.data, keys, known, random, timers, ids);
    Tunnels tunnels =
        new Tunnels(new Renewals(bare, this::isNode, timers, telemetry), timers, ids, telemetry);
    Function<byte[], ObjectNode> protobuf = new ProtobufDecoder(kinds)::decode;
    return new KubernetesApi.Parts(
        bare,
        resources,
        admitting,
        kinds,
        bearers.authenticator(),
        new NodeRules(known, Authorizer.ALLOW_ALL),
        timers,
        telemetry,
        telemetry::scrape,
        protobuf,
        random,
        List.of(
            tunnels,
            new MemberRoutes(() -> membership),
            new PlacementPlanRoutes(kinds, resources, new Bodies(protobuf), work::tryOut),
            new NoCustomKinds(),
            new BackupRoutes(grid, options.data),
            new OpenApiRoutes(kinds, kinds.types()),
            new StreamRoutes(bare, known, tunnels, timers, random),
            new NodeCredentials(
                bearers.nodes(), admitting, new Bodies(protobuf), timers, telemetry),
            new SecurityRoutes(
                keys.authority(),
                new TokenRequests(
                    bearers.accounts(), bare, kinds.type("authentication.v1.TokenRequest")),
                new Bodies(protobuf))));
  }

  /** As far as is known here; until then nobody is. */
  private boolean isNode(String name, String uid) {
    Informer<Node> known = followedNodes;
    return known != null
        && known
            .get(ObjectKey.cluster(ResourceType.NODES, name))
            .filter(node -> node.value().metadata().uid().equals(uid))
            .isPresent();
  }

  private void openMembership() {
    MemberFile here =
        new MemberFile(
            self.id(), self.group(), self.address(), addresses.advertised(port()), self.founding());
    membership = new Membership(options.data, grid, here, random, ids, timers);
    timers.execute(this::announce);
  }

  private void announce() {
    try {
      membership.announce();
    } catch (StoreUnavailableException e) {
      LOG.warn("cannot tell where this member is: {}", e.getMessage());
      if (!closed) {
        timers.schedule(ANNOUNCE_AGAIN, this::announce);
      }
    }
  }

  /** In a group they are there, or the leader makes them. */
  private void makeFirstObjects() {
    if (grid.group().isEmpty()) {
      firstObjects()
          .ifPresent(
              failure -> {
                throw new StartFailure("cannot make the first objects: " + failure.message());
              });
    }
    parts
        .add(
            new KubeconfigFile(
                options.data, keys, url(), addresses.advertised(port()), membership::urls, timers))
        .keep();
  }

  private Optional<Failure> firstObjects() {
    return new Bootstrap(resources, kinds)
        .run(
            keys.authority().certificatePem(),
            API_SERVICE,
            Addresses.ofEndpoints(membership.urls()),
            port());
  }

  private void startDeciding() {
    // On every member: a node's relay goes to whichever answers.
    followed = parts.add(new Informers(bare.serializable(), timers, telemetry));
    followedNodes = followed.of(ResourceType.NODES, Node.class);
    RelayNames.follow(followedNodes, certificates);
    followed.start();
    Deciding<ResourceStore> deciding = parts.add(new Deciding<ResourceStore>(work::start, timers));
    grid.onLeadership(
        new StateGrid.Leadership() {
          @Override
          public void gained(ResourceStore leading) {
            deciding.gained(leading);
          }

          @Override
          public void lost() {
            deciding.lost();
          }
        });
    deciding.settle();
  }

  Keys keys() {
    return keys;
  }

  /**
   * Returns when this member shows what all others have acknowledged.
   *
   * @throws StoreUnavailableException when no majority says what that is
   */
  void confirm() {
    bare.revision();
  }

  /** How many members there are now. */
  int members() {
    return membership.list().size();
  }

  /** How this member is called in its group, or will be. */
  String memberId() {
    return self.id();
  }

  /** This member's own copy of what there is, which may be a little behind. */
  Informers followed() {
    return followed;
  }

  /** Whether the cluster began with this member. */
  boolean isFirstMember() {
    return self.founding();
  }

  /**
   * The uid of the namespace kube-system: what tells one cluster from another. It never changes, so
   * that what is here will do; others are asked by a member that has never had it only.
   */
  String clusterId() {
    ObjectKey system = ObjectKey.cluster(ResourceType.NAMESPACES, "kube-system");
    return bare.serializable()
        .get(system)
        .or(() -> bare.get(system))
        .orElseThrow()
        .tree()
        .path("metadata")
        .path("uid")
        .asText();
  }

  private int port() {
    return server.port();
  }

  /** {@code https://HOST:PORT}, as clients on this machine reach it. */
  String url() {
    return addresses.local(port());
  }

  /** Has another member lead, if there is one: before anything here stops. */
  void handOver() {
    grid.group().ifPresent(group -> group.node().handOver());
  }

  @Override
  public void close() {
    closed = true;
    parts.close();
  }
}
