package dev.ballast.app.real;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Texts that tests send. */
final class Manifest {

  private Manifest() {}

  /** A file of the test resources. */
  static String text(String resource) {
    try (InputStream in = Manifest.class.getClassLoader().getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalArgumentException("no such test resource: " + resource);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String[] words(String first, String second, String third, String... more) {
    List<String> words = new ArrayList<>(List.of(first, second, third));
    words.addAll(List.of(more));
    return words.toArray(String[]::new);
  }
}
