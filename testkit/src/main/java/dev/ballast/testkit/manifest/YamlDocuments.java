package dev.ballast.testkit.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.resource.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.representer.Representer;
import org.yaml.snakeyaml.resolver.Resolver;

/** YAML to trees as Kubernetes reads it: timestamps stay text. */
public final class YamlDocuments {

  private YamlDocuments() {}

  /**
   * The objects in a file; documents that are no objects are left out.
   *
   * @throws YAMLException when the text is no YAML
   */
  public static List<ObjectNode> in(String text) {
    LoaderOptions options = new LoaderOptions();
    Yaml yaml =
        new Yaml(
            new SafeConstructor(options),
            new Representer(new DumperOptions()),
            new DumperOptions(),
            options,
            new NoTimestamps());
    List<ObjectNode> documents = new ArrayList<>();
    for (Object loaded : yaml.loadAll(text)) {
      refuseStrangeKeys(loaded);
      JsonNode tree = Json.MAPPER.valueToTree(loaded);
      if (tree instanceof ObjectNode object) {
        documents.add(object);
      }
    }
    return documents;
  }

  /** A template's {@code {{x}}} is a map whose key is a map, which JSON cannot say. */
  private static void refuseStrangeKeys(Object value) {
    if (value instanceof Map<?, ?> map) {
      map.forEach(
          (key, inner) -> {
            if (key instanceof Map || key instanceof List) {
              throw new YAMLException("the key " + key + " is no scalar");
            }
            refuseStrangeKeys(inner);
          });
    } else if (value instanceof List<?> list) {
      list.forEach(YamlDocuments::refuseStrangeKeys);
    }
  }

  private static final class NoTimestamps extends Resolver {
    @Override
    public void addImplicitResolver(Tag tag, Pattern regexp, String first, int limit) {
      if (!tag.equals(Tag.TIMESTAMP)) {
        super.addImplicitResolver(tag, regexp, first, limit);
      }
    }
  }
}
