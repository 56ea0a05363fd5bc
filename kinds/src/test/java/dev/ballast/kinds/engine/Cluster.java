package dev.ballast.kinds.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.identity.Ids;
import dev.ballast.core.identity.RandomIds;
import dev.ballast.core.identity.User;
import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.status.Failure;
import dev.ballast.core.store.DeleteOptions;
import dev.ballast.core.store.DeleteOptions.Propagation;
import dev.ballast.core.time.SimulatedTimers;
import dev.ballast.kinds.Kind;
import dev.ballast.kinds.Resources.Outcome;
import dev.ballast.kinds.Resources.PatchType;
import dev.ballast.kinds.Resources.WriteOptions;
import dev.ballast.kinds.admission.Admissions;
import dev.ballast.kinds.admission.Bootstrap;
import dev.ballast.kinds.builtin.BuiltinKinds;
import dev.ballast.testkit.store.InMemoryResourceStore;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** A cluster that has just been started, on the in-memory store; and short ways to use it. */
public final class Cluster {

  public static final BuiltinKinds KINDS = new BuiltinKinds();
  static final WriteOptions OPTIONS = WriteOptions.by(User.CONTROL_PLANE);
  static final String START = "2026-01-02T03:04:05Z";

  public final InMemoryResourceStore store = new InMemoryResourceStore();
  public final AdmittedResources resources;
  public final AdmittingStore admitting;
  final SimulatedTimers timers = new SimulatedTimers(Instant.parse(START), new Random(1));

  public Cluster() {
    Ids ids = new RandomIds(new Random(1));
    var admissions = Admissions.standard(ids, "10.96.0.0/16");
    resources = new AdmittedResources(store, KINDS, admissions, ids, timers);
    admitting = new AdmittingStore(store, KINDS, admissions, ids, timers, User.CONTROL_PLANE);
    assertEquals(Optional.empty(), bootstrap());
  }

  public Optional<Failure> bootstrap() {
    return new Bootstrap(resources, KINDS)
        .run("-- the authority --", "10.96.0.1", List.of("192.0.2.1"), 6443);
  }

  public static Kind kind(String name) {
    return KINDS.all().stream().filter(k -> k.kind().equals(name)).findFirst().orElseThrow();
  }

  /** Single quotes stand for double ones. */
  public static ObjectNode json(String text) {
    try {
      return (ObjectNode) Json.MAPPER.readTree(text.replace('\'', '"'));
    } catch (java.io.IOException wrong) {
      throw new IllegalArgumentException(text, wrong);
    }
  }

  private static String namespace(Kind kind) {
    return kind.namespaced() ? "default" : "";
  }

  public Outcome create(String kind, String body) {
    return resources.create(kind(kind), namespace(kind(kind)), json(body), OPTIONS);
  }

  public ObjectNode created(String kind, String body) {
    return stored(create(kind, body));
  }

  public static ObjectNode stored(Outcome outcome) {
    return assertInstanceOf(Outcome.Stored.class, outcome).document().tree();
  }

  public static Failure failed(Outcome outcome) {
    return assertInstanceOf(Outcome.Failed.class, outcome).failure();
  }

  /** PUT. */
  public Outcome update(String kind, String subresource, ObjectNode body) {
    return resources.update(
        kind(kind),
        namespace(kind(kind)),
        body.at("/metadata/name").asText(),
        subresource,
        body,
        OPTIONS);
  }

  public Outcome patch(String kind, String name, String subresource, String patch) {
    JsonNode body = json(patch);
    return resources.patch(
        kind(kind), namespace(kind(kind)), name, subresource, PatchType.MERGE, body, OPTIONS);
  }

  public Outcome delete(String kind, String name) {
    return delete(kind, name, DeleteOptions.DEFAULTS);
  }

  Outcome delete(String kind, String name, long grace, Propagation propagation) {
    return delete(kind, name, new DeleteOptions("", grace, propagation));
  }

  Outcome delete(String kind, String name, DeleteOptions delete) {
    return resources.delete(kind(kind), namespace(kind(kind)), name, delete, OPTIONS);
  }

  public Optional<ObjectNode> get(String kind, String name) {
    ResourceType type = kind(kind).type();
    return store.get(new ObjectKey(type, namespace(kind(kind)), name)).map(Document::tree);
  }
}
