package dev.ballast.kinds.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.IntNode;
import dev.ballast.kinds.schema.Schema.ListStrategy;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SchemaCatalogTest {

  private static SchemaCatalog read(String data) throws IOException {
    return SchemaCatalog.read(new BufferedReader(new StringReader(data)));
  }

  @Test
  void readsEveryKindOfField() throws IOException {
    SchemaCatalog catalog =
        read(
            """
            # a comment
            type core.v1.Tree atomic | A tree.
              children [core.v1.Tree] required patch(merge,retainKeys) key(name) map(name,age)
              colour string enum(Brown,Green) mandatory
              height int32 explicit default(3) rule(positive) | In metres.
              leaves {core.v1.Tree} atomic
              names [string] patch(merge) set
            """);
    Schema.ObjectType tree = catalog.type("core.v1.Tree");
    assertEquals("io.k8s.api.core.v1.Tree", tree.name());
    assertEquals("A tree.", tree.description());
    assertTrue(tree.atomic());
    Schema.Field children = tree.fields().get("children");
    Schema.ListType list = assertInstanceOf(Schema.ListType.class, children.schema());
    assertTrue(children.required());
    assertEquals("merge,retainKeys", children.patchStrategy());
    assertEquals(ListStrategy.MAP, list.strategy());
    assertEquals(List.of("name"), list.mergeKeys());
    assertEquals(List.of("name", "age"), list.mapKeys());
    assertSame(tree, list.items());
    assertEquals(
        List.of("Brown", "Green"),
        ((Schema.Scalar) tree.fields().get("colour").schema()).allowed());
    Schema.Field height = tree.fields().get("height");
    assertEquals(
        new Schema.Field(
            "height",
            height.schema(),
            false,
            IntNode.valueOf(3),
            "In metres.",
            false,
            "positive",
            "",
            true),
        height);
    assertTrue(((Schema.MapType) tree.fields().get("leaves").schema()).atomic());
    Schema.ListType names = (Schema.ListType) tree.fields().get("names").schema();
    assertEquals(ListStrategy.SET, names.strategy());
    assertEquals(ListStrategy.SET, names.topology());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nonsense",
        "  field before any type string",
        "type core.v1.A\n  b core.v1.Missing",
        "type core.v1.A\n  b int32 default({)",
        "type core.v1.A\ntype core.v1.A"
      })
  void refusesBrokenData(String data) {
    assertThrows(IllegalArgumentException.class, () -> read(data));
  }

  @Test
  void saysWhichTypeIsMissing() {
    IllegalArgumentException missing =
        assertThrows(
            IllegalArgumentException.class,
            () -> SchemaCatalog.kubernetes().type("core.v1.Unicorn"));
    assertEquals("no type core.v1.Unicorn in the schema data", missing.getMessage());
  }
}
