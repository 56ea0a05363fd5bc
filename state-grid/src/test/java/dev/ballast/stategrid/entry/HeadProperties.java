package dev.ballast.stategrid.entry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.NotEmpty;

class HeadProperties {

  @Property
  void whatIsEncodedIsDecoded(
      @ForAll @AlphaChars String uid,
      @ForAll @AlphaChars String node,
      @ForAll Map<@AlphaChars @NotEmpty String, @AlphaChars String> labels) {
    Head head = new Head(uid, node, labels);
    assertEquals(head, Head.decode(head.encode()));
  }

  @Example
  void aDocumentIsReadInOnePass() {
    String json =
        """
        {"apiVersion":"v1","kind":"Pod","metadata":{"annotations":{"uid":"no","labels":{"x":"no"}},
        "labels":{"app":"web","tier":""},"name":"p","uid":"u"},
        "spec":{"containers":[{"nodeName":"no"}],"nodeName":"n1","x":{"nodeName":"no"}},
        "status":{"metadata":{"uid":"no"}}}""";
    assertEquals(
        new Head("u", "n1", Map.of("app", "web", "tier", "")),
        Head.of(json.getBytes(StandardCharsets.UTF_8)));
  }

  @Example
  void whatIsMissingIsEmpty() {
    assertEquals(Head.EMPTY, Head.of("{\"metadata\":{}}".getBytes(StandardCharsets.UTF_8)));
    assertThrows(
        IllegalArgumentException.class, () -> Head.of("[1]".getBytes(StandardCharsets.UTF_8)));
  }
}
