package dev.ballast.core.resource;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.MapperConfig;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.deser.std.StringDeserializer;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The stored form of an object, and the way to and from it.
 *
 * <p>Stored form: compact UTF-8 JSON that begins {@code {"apiVersion":…,"kind":…,"metadata":{} and
 * whose first metadata field is the {@code resourceVersion} that the store stamped. Writers hand
 * over {@link #storable storable} bytes, which have no resourceVersion; readers serve stored bytes
 * as they are. Thread-safe.
 */
public final class Json {

  /** Strict about duplicate keys, lenient about fields that a record does not know. */
  public static final ObjectMapper MAPPER = strict();

  /** The same for what was checked when it was stored: it looks for no duplicate keys again. */
  private static final ObjectMapper TRUSTING =
      strict().rebuild().disable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private static JsonMapper strict() {
    return JsonMapper.builder()
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
        .annotationIntrospector(new Skipping())
        .addModule(new SimpleModule().addDeserializer(String.class, new SharedText()))
        .build();
  }

  /**
   * Says of every record what the feature above says of all: unknown fields are skipped. Told so by
   * the class, Jackson does not copy them into a buffer until it knows whether they matter, and
   * most of a document is unknown to most of its readers.
   */
  private static final class Skipping extends JacksonAnnotationIntrospector {
    private static final long serialVersionUID = 1;

    @Override
    public JsonIgnoreProperties.Value findPropertyIgnoralByName(
        MapperConfig<?> config, Annotated annotated) {
      return super.findPropertyIgnoralByName(config, annotated).withIgnoreUnknown();
    }
  }

  /** A record's texts: what a million objects say alike is kept once. */
  private static final class SharedText extends StdScalarDeserializer<String> {
    private static final long serialVersionUID = 1;

    SharedText() {
      super(String.class);
    }

    @Override
    public String deserialize(JsonParser parser, DeserializationContext context)
        throws IOException {
      String text = StringDeserializer.instance.deserialize(parser, context);
      return text == null ? null : Sharing.text(text);
    }
  }

  private static final byte[] METADATA = "\"metadata\":{".getBytes(StandardCharsets.UTF_8);

  private static final byte[] VERSION = "\"resourceVersion\":\"".getBytes(StandardCharsets.UTF_8);

  private Json() {}

  public static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  /**
   * Parses trusted bytes (stored form).
   *
   * @throws UncheckedIOException if they are no JSON object, which is a broken invariant
   */
  public static ObjectNode parse(byte[] json) {
    try {
      return (ObjectNode) TRUSTING.readTree(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Decodes trusted bytes (stored form) into a record, which may be shared with others who decode
   * the same bytes; fields that it does not name are skipped.
   *
   * @throws IOException if they do not have the type
   */
  static <T> T decode(byte[] json, Class<T> type) throws IOException {
    return Decoded.of(json, type, TRUSTING::readValue);
  }

  /** Goes through trusted bytes (stored form) token by token. The caller closes it. */
  public static JsonParser tokens(byte[] json) throws IOException {
    return TRUSTING.createParser(json);
  }

  /**
   * Compact bytes of a document, canonical order at the top, without {@code
   * metadata.resourceVersion}. The argument is not changed.
   */
  public static byte[] storable(ObjectNode document) {
    ObjectNode ordered = object();
    ordered.set("apiVersion", document.path("apiVersion"));
    ordered.set("kind", document.path("kind"));
    ObjectNode metadata = object();
    if (document.get("metadata") instanceof ObjectNode given) {
      metadata.setAll(given);
      metadata.remove("resourceVersion");
    }
    ordered.set("metadata", metadata);
    document
        .properties()
        .forEach(
            field -> {
              if (!ordered.has(field.getKey())) {
                ordered.set(field.getKey(), field.getValue());
              }
            });
    return bytes(ordered);
  }

  /** Serialises a tree compactly. */
  public static byte[] bytes(JsonNode tree) {
    try {
      return MAPPER.writeValueAsBytes(tree);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The stored form of {@link #storable storable} bytes: the same with the revision spliced in, no
   * parse.
   */
  public static byte[] stamp(byte[] storable, long revision) {
    int at = indexOf(storable, METADATA) + METADATA.length;
    boolean empty = storable[at] == '}';
    byte[] field =
        ("\"resourceVersion\":\"" + revision + (empty ? "\"" : "\","))
            .getBytes(StandardCharsets.US_ASCII);
    byte[] stamped = Arrays.copyOf(storable, storable.length + field.length);
    System.arraycopy(field, 0, stamped, at, field.length);
    System.arraycopy(storable, at, stamped, at + field.length, storable.length - at);
    return stamped;
  }

  /** The inverse of {@link #stamp}: storable bytes of stored ones. */
  public static byte[] unstamp(byte[] stored) {
    int from = versionAt(stored);
    int to = from;
    while (stored[to] != '"') {
      to++;
    }
    to += stored[to + 1] == ',' ? 2 : 1;
    from -= VERSION.length;
    byte[] storable = Arrays.copyOf(stored, stored.length - (to - from));
    System.arraycopy(stored, to, storable, from, stored.length - to);
    return storable;
  }

  /** The revision stamped into stored bytes; no parse. */
  public static long revision(byte[] stored) {
    long revision = 0;
    for (int i = versionAt(stored); stored[i] != '"'; i++) {
      revision = revision * 10 + (stored[i] - '0');
    }
    return revision;
  }

  private static int versionAt(byte[] stored) {
    int at = indexOf(stored, METADATA) + METADATA.length;
    if (!Arrays.equals(stored, at, at + VERSION.length, VERSION, 0, VERSION.length)) {
      throw new IllegalArgumentException("not in stored form: metadata has no resourceVersion");
    }
    return at + VERSION.length;
  }

  private static int indexOf(byte[] text, byte[] wanted) {
    for (int i = 0; i <= text.length - wanted.length; i++) {
      if (Arrays.equals(text, i, i + wanted.length, wanted, 0, wanted.length)) {
        return i;
      }
    }
    throw new IllegalArgumentException("not in storable form: no metadata object");
  }
}
