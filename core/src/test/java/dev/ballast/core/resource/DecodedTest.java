package dev.ballast.core.resource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** The same bytes are decoded once, others anew; what cannot be decoded fails each time. */
final class DecodedTest {

  private static final ObjectKey KEY = new ObjectKey(ResourceType.PODS, "default", "p");

  record Named(Metadata metadata) {
    record Metadata(String name) {}
  }

  record Other(Named.Metadata metadata) {}

  @Test
  void followersOfOneChangeShareARecord() {
    Document document = document("{\"spec\":{\"a\":[1,{\"b\":2}]},\"metadata\":{\"name\":\"p\"}}");
    assertEquals("p", document.as(Named.class).metadata().name());
    assertSame(document.as(Named.class), document.as(Named.class));
    assertEquals("p", document.as(Other.class).metadata().name());
    assertNotSame(
        document.as(Named.class), new Document(KEY, 1, document.json().clone()).as(Named.class));
  }

  @Test
  void whatCannotBeDecodedFailsEachTime() {
    Document document = document("{\"metadata\":[]}");
    assertThrows(UncheckedIOException.class, () -> document.as(Named.class));
    assertThrows(UncheckedIOException.class, () -> document.as(Named.class));
  }

  private static Document document(String json) {
    return new Document(KEY, 1, json.getBytes(StandardCharsets.UTF_8));
  }
}
