package dev.ballast.api.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.StringReader;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * Reads YAML from strangers. No object is ever constructed from a tag: the node graph becomes a
 * tree, and aliases may not blow it up beyond a number of nodes.
 */
final class YamlBodies {

  private static final int DEPTH = 100;
  private static final int ALIASES = 100;
  private static final int NODES_AT_MOST = 300_000;
  private static final int CHARACTERS = 3 * 1024 * 1024;

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  /** A document that is YAML but has no JSON form. */
  private static final class NoJson extends RuntimeException {
    private static final long serialVersionUID = 1;

    NoJson(String message) {
      super(message, null, false, false);
    }
  }

  private final List<String> duplicates = new ArrayList<>();
  private int nodes;
  private long characters;

  private YamlBodies() {}

  static Body read(byte[] yaml) {
    LoaderOptions options = new LoaderOptions();
    options.setMaxAliasesForCollections(ALIASES);
    options.setNestingDepthLimit(DEPTH);
    options.setCodePointLimit(CHARACTERS);
    options.setAllowRecursiveKeys(false);
    try {
      Yaml parser = new Yaml(new SafeConstructor(options));
      String text = Utf8.text(yaml);
      Iterator<Node> documents = parser.composeAll(new StringReader(text)).iterator();
      if (!documents.hasNext()) {
        return new Body.Malformed("the document is empty");
      }
      YamlBodies reader = new YamlBodies();
      JsonNode tree = reader.value(documents.next(), "", 0);
      if (documents.hasNext()) {
        return new Body.Malformed("there is more than one document");
      }
      return new Body.Decoded(tree, reader.duplicates);
    } catch (CharacterCodingException notUtf8) {
      return new Body.Malformed("the body is not well-formed UTF-8");
    } catch (YAMLException | NoJson e) {
      return new Body.Malformed(String.valueOf(e.getMessage()).strip().replace('\n', ' '));
    }
  }

  private JsonNode value(Node node, String path, int depth) {
    if (++nodes > NODES_AT_MOST) {
      throw new NoJson("aliases make the document too large");
    }
    if (depth > DEPTH) {
      throw new NoJson("the document is nested more than " + DEPTH + " deep");
    }
    return switch (node) {
      case MappingNode mapping -> object(mapping, path, depth);
      case SequenceNode sequence -> array(sequence, path, depth);
      case ScalarNode scalar -> scalar(scalar, path);
      default -> throw new NoJson("unexpected " + node.getNodeId() + " at " + path);
    };
  }

  private ObjectNode object(MappingNode mapping, String path, int depth) {
    ObjectNode object = NODES.objectNode();
    ObjectNode merged = NODES.objectNode();
    for (NodeTuple tuple : mapping.getValue()) {
      if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
        throw new NoJson("a key of " + (path.isEmpty() ? "the document" : path) + " is no text");
      }
      String at = path.isEmpty() ? key.getValue() : path + "." + key.getValue();
      JsonNode value = value(tuple.getValueNode(), at, depth + 1);
      if (key.getTag().equals(Tag.MERGE)) {
        merge(value, merged);
      } else if (object.replace(key.getValue(), value) != null) {
        duplicates.add("duplicate field \"" + at + "\"");
      }
    }
    merged.properties().forEach(field -> object.putIfAbsent(field.getKey(), field.getValue()));
    return object;
  }

  /** YAML 1.1's {@code <<}: the mapping's own keys win, then the first of several sources. */
  private static void merge(JsonNode source, ObjectNode merged) {
    if (source.isArray()) {
      source.forEach(one -> merge(one, merged));
    } else if (source.isObject()) {
      source.properties().forEach(field -> merged.putIfAbsent(field.getKey(), field.getValue()));
    } else {
      throw new NoJson("a merge key (<<) needs a mapping");
    }
  }

  private ArrayNode array(SequenceNode sequence, String path, int depth) {
    ArrayNode array = NODES.arrayNode();
    for (Node item : sequence.getValue()) {
      array.add(value(item, path + "[" + array.size() + "]", depth + 1));
    }
    return array;
  }

  private JsonNode scalar(ScalarNode scalar, String path) {
    String text = scalar.getValue();
    characters += text.length();
    if (characters > CHARACTERS) {
      throw new NoJson("aliases make the document too large");
    }
    Tag tag = scalar.getTag();
    if (tag.equals(Tag.NULL)) {
      return NODES.nullNode();
    }
    if (tag.equals(Tag.BOOL)) {
      return switch (text.toLowerCase(Locale.ROOT)) {
        case "true", "yes", "on" -> NODES.booleanNode(true);
        default -> NODES.booleanNode(false);
      };
    }
    // YAML 1.1 reads 22:22 as a number to base 60; nobody who writes manifests means that.
    if (text.indexOf(':') < 0 && tag.equals(Tag.INT)) {
      return integer(text);
    }
    if (text.indexOf(':') < 0 && tag.equals(Tag.FLOAT)) {
      return decimal(text, path);
    }
    return NODES.textNode(text);
  }

  private static JsonNode integer(String written) {
    String text = written.replace("_", "");
    boolean negative = text.startsWith("-");
    String digits = negative || text.startsWith("+") ? text.substring(1) : text;
    BigInteger value;
    if (digits.startsWith("0x")) {
      value = new BigInteger(digits.substring(2), 16);
    } else if (digits.startsWith("0b")) {
      value = new BigInteger(digits.substring(2), 2);
    } else if (digits.length() > 1 && digits.startsWith("0")) {
      value = new BigInteger(digits, 8);
    } else {
      value = new BigInteger(digits);
    }
    BigInteger signed = negative ? value.negate() : value;
    if (signed.bitLength() < 32) {
      return NODES.numberNode(signed.intValue());
    }
    return signed.bitLength() < 64
        ? NODES.numberNode(signed.longValue())
        : NODES.numberNode(signed);
  }

  private static JsonNode decimal(String written, String path) {
    try {
      return NODES.numberNode(new BigDecimal(written.replace("_", "")));
    } catch (NumberFormatException infiniteOrNone) {
      throw new NoJson(path + " is " + written + ", which JSON cannot say");
    }
  }
}
