package dev.ballast.app;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.resource.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** Reads YAML streams of objects that ship with the program. */
final class Manifests {

  private Manifests() {}

  /** Every document of a resource beside this class. */
  static List<ObjectNode> read(String resource) {
    try (InputStream text = Manifests.class.getResourceAsStream(resource)) {
      List<ObjectNode> documents = new ArrayList<>();
      new Yaml(new SafeConstructor(new LoaderOptions()))
          .loadAll(text)
          .forEach(document -> documents.add(Json.MAPPER.valueToTree(document)));
      return documents;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
