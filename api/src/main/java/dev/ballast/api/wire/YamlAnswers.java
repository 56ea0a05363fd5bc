package dev.ballast.api.wire;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ballast.core.resource.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.Yaml;

/** JSON answers as YAML, for clients that ask for it. Pure. */
public final class YamlAnswers {

  private YamlAnswers() {}

  public static byte[] of(byte[] json) {
    try {
      DumperOptions options = new DumperOptions();
      options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
      options.setSplitLines(false);
      JsonNode tree = Json.MAPPER.readTree(json);
      Object plain = Json.MAPPER.treeToValue(tree, Object.class);
      return new Yaml(options).dump(plain).getBytes(StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
