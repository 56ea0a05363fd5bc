package dev.ballast.api.protobuf;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.kinds.Kind;
import dev.ballast.kinds.SchemaCheck;
import dev.ballast.kinds.builtin.BuiltinKinds;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Whatever a client may say of a kind arrives through protobuf as it would through JSON. */
class ProtobufRoundTripProperties {

  private static final BuiltinKinds KINDS = new BuiltinKinds();
  private final ProtobufDecoder decoder = new ProtobufDecoder(KINDS);

  /** Custom resources, Kubernetes' own such as PodGroup included, have no protobuf form. */
  static List<Kind> builtIn(BuiltinKinds kinds) {
    return kinds.all().stream()
        .filter(kind -> !kind.type().group().endsWith(".x-k8s.io"))
        .filter(kind -> !kind.type().group().equals("ballast.dev"))
        .filter(kind -> !kind.type().group().startsWith("karpenter."))
        .toList();
  }

  @Property(tries = 300)
  void documentsArriveAsTheyWereMeant(@ForAll long seed) {
    Random random = new Random(seed);
    List<Kind> kinds = builtIn(KINDS);
    Kind kind = kinds.get(random.nextInt(kinds.size()));
    MessageTypes.Type type =
        new MessageTypes(KINDS).find(kind.apiVersion(), kind.kind()).orElseThrow();
    ObjectNode document =
        new RandomDocuments(random)
            .object(kind.apiVersion(), kind.kind(), type.schema(), type.message());
    assertEquals(Optional.empty(), SchemaCheck.typeMismatch(kind, document));
    ObjectNode decoded = decoder.decode(GoEncoder.encode(document, type.message(), type.schema()));
    assertEquals(document, decoded);
    assertEquals(List.of(), SchemaCheck.unknownFields(kind, decoded));
  }

  /** Defaults and pruning settle after one pass. */
  @Property(tries = 300)
  void defaultsAreStable(@ForAll long seed) {
    Random random = new Random(seed);
    List<Kind> kinds = builtIn(KINDS);
    Kind kind = kinds.get(random.nextInt(kinds.size()));
    MessageTypes.Type type =
        new MessageTypes(KINDS).find(kind.apiVersion(), kind.kind()).orElseThrow();
    ObjectNode once =
        new RandomDocuments(random)
            .object(kind.apiVersion(), kind.kind(), type.schema(), type.message());
    SchemaCheck.prune(kind, once);
    SchemaCheck.applyDefaults(kind, once);
    ObjectNode twice = once.deepCopy();
    SchemaCheck.prune(kind, twice);
    SchemaCheck.applyDefaults(kind, twice);
    assertEquals(once, twice);
    assertEquals(Optional.empty(), SchemaCheck.typeMismatch(kind, once));
  }
}
