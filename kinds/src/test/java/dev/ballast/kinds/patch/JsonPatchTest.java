package dev.ballast.kinds.patch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.ballast.core.resource.Json;
import dev.ballast.core.status.Failure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The cases of RFC 6902, and what kube-apiserver adds. */
class JsonPatchTest {

  @ParameterizedTest(name = "{0} + {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      textBlock =
          """
          {"foo":"bar"}              | [{"op":"add","path":"/baz","value":"qux"}]              | {"foo":"bar","baz":"qux"}
          {"foo":["bar","baz"]}      | [{"op":"add","path":"/foo/1","value":"qux"}]            | {"foo":["bar","qux","baz"]}
          {"foo":["bar"]}            | [{"op":"add","path":"/foo/-","value":["abc","def"]}]    | {"foo":["bar",["abc","def"]]}
          {"foo":["bar"]}            | [{"op":"add","path":"/foo/1","value":"last"}]           | {"foo":["bar","last"]}
          {"a":1}                    | [{"op":"add","path":"/a","value":2}]                    | {"a":2}
          {"a":1}                    | [{"op":"add","path":"","value":{"b":2}}]                | {"b":2}
          {"a":1}                    | [{"op":"add","path":"/b","value":null}]                 | {"a":1,"b":null}
          {"baz":"qux","foo":"bar"}  | [{"op":"remove","path":"/baz"}]                         | {"foo":"bar"}
          {"foo":["a","b","c"]}      | [{"op":"remove","path":"/foo/1"}]                       | {"foo":["a","c"]}
          {"baz":"qux","foo":"bar"}  | [{"op":"replace","path":"/baz","value":"boo"}]          | {"baz":"boo","foo":"bar"}
          {"foo":[1,2]}              | [{"op":"replace","path":"/foo/0","value":9}]            | {"foo":[9,2]}
          {"a":{"b":1},"c":{}}       | [{"op":"move","from":"/a/b","path":"/c/d"}]             | {"a":{},"c":{"d":1}}
          {"foo":["a","b","c","d"]}  | [{"op":"move","from":"/foo/1","path":"/foo/3"}]         | {"foo":["a","c","d","b"]}
          {"a":{"b":1}}              | [{"op":"copy","from":"/a","path":"/c"}]                 | {"a":{"b":1},"c":{"b":1}}
          {"a":1,"b":[2]}            | [{"op":"test","path":"/a","value":1.0}]                 | {"a":1,"b":[2]}
          {"a":{"x":1,"y":2}}        | [{"op":"test","path":"/a","value":{"y":2,"x":1}}]       | {"a":{"x":1,"y":2}}
          {"a":1}                    | [{"op":"test","path":"/b","value":null}]                | {"a":1}
          {"a~b":1,"c/d":2}          | [{"op":"remove","path":"/a~0b"},{"op":"remove","path":"/c~1d"}] | {}
          {"/":9,"~1":10}            | [{"op":"test","path":"/~01","value":10}]                | {"/":9,"~1":10}
          {"a":1}                    | []                                                      | {"a":1}
          {"a":1}                    | [{"op":"add","path":"/b","value":[]},{"op":"add","path":"/b/-","value":1}] | {"a":1,"b":[1]}
          """)
  void applies(String document, String patch, String expected) throws Exception {
    assertEquals(read(expected), JsonPatch.apply(read(document), read(patch)));
  }

  @ParameterizedTest(name = "{1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      textBlock =
          """
          {"a":1}     | {"op":"remove"}                                  | 400 | cannot unmarshal object
          {"a":1}     | [{"path":"/a"}]                                  | 422 | has no "op"
          {"a":1}     | [{"op":"remove"}]                                | 422 | has no "path"
          {"a":1}     | [{"op":"add","path":"/a"}]                       | 422 | has no "value"
          {"a":1}     | [{"op":"spin","path":"/a"}]                      | 422 | Unexpected kind: spin
          {"a":1}     | [{"op":"remove","path":"a"}]                     | 422 | is no JSON pointer
          {"a":1}     | [{"op":"remove","path":"/b"}]                    | 422 | doc is missing key: /b
          {"a":1}     | [{"op":"remove","path":""}]                      | 422 | cannot be removed
          {"a":1}     | [{"op":"replace","path":"/b","value":1}]         | 422 | doc is missing key: /b
          {"a":1}     | [{"op":"add","path":"/b/c","value":1}]           | 422 | doc is missing path: "/b/c"
          {"a":1}     | [{"op":"add","path":"/a/c","value":1}]           | 422 | doc is missing key: /a/c
          {"a":[1]}   | [{"op":"add","path":"/a/2","value":1}]           | 422 | doc is missing key: /a/2
          {"a":[1]}   | [{"op":"add","path":"/a/01","value":1}]          | 422 | doc is missing key: /a/01
          {"a":[1]}   | [{"op":"add","path":"/a/-1","value":1}]          | 422 | doc is missing key: /a/-1
          {"a":[1]}   | [{"op":"replace","path":"/a/-","value":1}]       | 422 | doc is missing key: /a/-
          {"a":[1]}   | [{"op":"remove","path":"/a/1"}]                  | 422 | doc is missing key: /a/1
          {"a":1}     | [{"op":"test","path":"/a","value":2}]            | 422 | testing value /a failed
          {"a":1}     | [{"op":"test","path":"/a","value":"1"}]          | 422 | testing value /a failed
          {"a":1}     | [{"op":"copy","from":"/b","path":"/c"}]          | 422 | doc is missing key: /b
          {"a":{}}    | [{"op":"move","from":"/a","path":"/a/b"}]        | 422 | into itself
          """)
  void refuses(String document, String patch, int code, String message) throws Exception {
    JsonNode before = read(document);
    BrokenPatch broken =
        assertThrows(BrokenPatch.class, () -> JsonPatch.apply(before, read(patch)));
    Failure failure = broken.failure();
    assertEquals(code, failure.code());
    assertTrue(failure.message().contains(message), failure.message());
    assertEquals(read(document), before, "the document is untouched");
  }

  @Test
  void refusesTooManyOperations() {
    ArrayNode patch = Json.object().arrayNode();
    for (int i = 0; i <= JsonPatch.MOST_OPERATIONS; i++) {
      patch.addObject().put("op", "test").put("path", "/a").put("value", 1);
    }
    BrokenPatch broken =
        assertThrows(BrokenPatch.class, () -> JsonPatch.apply(Json.object(), patch));
    assertEquals(413, broken.failure().code());
  }

  @Test
  void refusesToGrowWithoutBounds() throws Exception {
    ArrayNode patch = Json.object().arrayNode();
    for (int i = 0; i < 40; i++) {
      patch.addObject().put("op", "copy").put("from", "/a").put("path", "/a/c" + i);
    }
    JsonNode document = read("{\"a\":{\"b\":\"some text that is copied again and again\"}}");
    BrokenPatch broken = assertThrows(BrokenPatch.class, () -> JsonPatch.apply(document, patch));
    assertEquals(413, broken.failure().code());
    assertTrue(broken.failure().message().contains("exceeding the limit 3145728"));
  }

  @Test
  void refusesToNestWithoutBounds() throws Exception {
    ArrayNode patch = Json.object().arrayNode();
    for (int i = 0; i < 600; i++) {
      patch.addObject().put("op", "add").put("path", "/n").putObject("value");
      patch.addObject().put("op", "move").put("from", "/a").put("path", "/n/a");
      patch.addObject().put("op", "move").put("from", "/n").put("path", "/a");
    }
    JsonNode document = read("{\"a\":{}}");
    BrokenPatch broken = assertThrows(BrokenPatch.class, () -> JsonPatch.apply(document, patch));
    assertEquals(422, broken.failure().code());
    assertTrue(broken.failure().message().contains("nested deeper"));
  }

  private static JsonNode read(String json) throws Exception {
    return Json.MAPPER.readTree(json);
  }
}
