package dev.ballast.kinds.patch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.resource.Json;
import dev.ballast.kinds.Kind;
import dev.ballast.kinds.Resources.PatchType;
import dev.ballast.kinds.builtin.BuiltinKinds;
import dev.ballast.kinds.schema.Schema;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What holds for patches of any two documents of a kind. */
class PatchProperties {

  private static final BuiltinKinds KINDS = new BuiltinKinds();

  @Provide
  Arbitrary<Kind> kinds() {
    return Arbitraries.of(KINDS.all());
  }

  private static ObjectNode document(Kind kind, long seed) {
    return new RandomDocuments(seed).of((Schema.ObjectType) kind.schema());
  }

  private static JsonNode diff(PatchType type, Kind kind, ObjectNode from, ObjectNode to) {
    return switch (type) {
      case JSON -> Diffs.operations(from, to);
      case MERGE -> Diffs.merge(from, to);
      case STRATEGIC_MERGE -> Diffs.strategic(kind.schema(), from, to);
    };
  }

  private static ObjectNode apply(Kind kind, PatchType type, ObjectNode document, JsonNode patch) {
    return assertInstanceOf(Patched.Document.class, Patches.apply(kind, type, document, patch))
        .tree();
  }

  @Property
  void theDifferenceLeadsFromOneToTheOther(
      @ForAll("kinds") Kind kind, @ForAll PatchType type, @ForAll long one, @ForAll long other) {
    ObjectNode from = document(kind, one);
    ObjectNode to = document(kind, other);
    JsonNode patch = diff(type, kind, from, to);
    String before = from.toString();
    String asked = patch.toString();
    assertEquals(to, apply(kind, type, from, patch));
    assertEquals(before, from.toString(), "the document is untouched");
    assertEquals(asked, patch.toString(), "the patch is untouched");
  }

  @Property
  void aMergeAppliedTwiceIsAppliedOnce(
      @ForAll("kinds") Kind kind, @ForAll boolean strategic, @ForAll long one, @ForAll long other) {
    PatchType type = strategic ? PatchType.STRATEGIC_MERGE : PatchType.MERGE;
    ObjectNode document = document(kind, one);
    ObjectNode patch = document(kind, other);
    ObjectNode once = apply(kind, type, document, patch);
    assertEquals(once, apply(kind, type, once, patch));
  }

  @Property
  void theEmptyPatchChangesNothing(
      @ForAll("kinds") Kind kind, @ForAll PatchType type, @ForAll long seed) {
    ObjectNode document = document(kind, seed);
    JsonNode patch = type == PatchType.JSON ? Json.object().arrayNode() : Json.object();
    assertEquals(document.toString(), apply(kind, type, document, patch).toString());
  }

  /** What the result holds is not shared with what the caller may go on changing. */
  @Property(tries = 200)
  void theResultIsTheCallersOwn(
      @ForAll("kinds") Kind kind, @ForAll PatchType type, @ForAll long one, @ForAll long other) {
    ObjectNode from = document(kind, one);
    JsonNode patch = diff(type, kind, from, document(kind, other));
    String asked = patch.toString();
    String before = from.toString();
    spoil(apply(kind, type, from, patch));
    assertEquals(before, from.toString());
    assertEquals(asked, patch.toString());
  }

  private static void spoil(JsonNode tree) {
    tree.forEach(PatchProperties::spoil);
    if (tree instanceof ObjectNode object) {
      object.put("spoiled", true);
    }
  }
}
