package dev.ballast.client;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ResourceType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class WireDocumentsTest {

  private static final Discovery.Served PODS =
      new Discovery.Served(ResourceType.PODS, "/api/v1", "v1", "Pod", true);
  private static final String STORED =
      "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"resourceVersion\":\"7\","
          + "\"name\":\"ä\",\"namespace\":\"n\",\"labels\":{\"name\":\"x\"}},\"spec\":{\"a\":[{}]}}";

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void storedFormIsTakenByteForByte() throws IOException {
    var listed =
        WireDocuments.list(
            PODS,
            utf8(
                "{\"kind\":\"PodList\",\"metadata\":{\"resourceVersion\":\"9\",\"continue\":\"t\"},"
                    + "\"items\":["
                    + STORED
                    + ", "
                    + STORED
                    + "],\"more\":{\"items\":[1]}}"));
    assertEquals("9", listed.metadata().path("resourceVersion").asText());
    assertEquals(2, listed.documents().size());
    for (Document document : listed.documents()) {
      assertArrayEquals(utf8(STORED), document.json());
      assertEquals("pods n/ä", document.key().toString());
      assertEquals(7, document.revision());
    }
  }

  @Test
  void anyOtherFormIsBroughtIntoIt() throws IOException {
    byte[] pretty =
        utf8(
            """
            { "spec": {"b": 1}, "metadata": {"name": "p", "namespace": "n",
              "resourceVersion": "12"} }
            """);
    Document document = WireDocuments.document(PODS, pretty);
    assertEquals(12, document.revision());
    assertEquals("p", document.key().name());
    assertArrayEquals(
        Json.stamp(Json.storable(document.tree()), 12), document.json(), document.toString());
    assertTrue(document.tree().path("kind").asText().equals("Pod"));
  }

  @Test
  void eventsAreCut() throws IOException {
    var event = WireDocuments.event(utf8("{\"type\":\"ADDED\",\"object\":" + STORED + "}"));
    assertEquals("ADDED", event.type());
    assertArrayEquals(utf8(STORED), event.object());
  }

  @Test
  void linesAreCutWhereverTheStreamBreaks() throws IOException {
    String text = "a\n" + "b".repeat(100_000) + "\n\nlast\nhalf";
    LineReader lines = new LineReader(new ByteArrayInputStream(utf8(text)));
    List<String> read = new ArrayList<>();
    Optional<byte[]> line = lines.next();
    while (line.isPresent()) {
      read.add(new String(line.get(), StandardCharsets.UTF_8));
      line = lines.next();
    }
    assertEquals(List.of("a", "b".repeat(100_000), "", "last"), read);
  }
}
