package dev.ballast.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ballast.testkit.time.WallTimers;
import java.net.URI;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is taken for a server's address and for a token, and what is said of the rest. */
class GivenTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://a:6443",
        "https://a",
        "HTTPS://a:65535",
        "https://[::1]:1",
        "https://a/b"
      })
  void aServerIsReachedOverTls(String text) {
    assertEquals(URI.create(text), Given.server(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a:6443",
        "127.0.0.1:6443",
        "http://a:6443",
        "https://",
        "https://:1",
        "https://a:0",
        "https://a:65536",
        "https://a:99999999999",
        "https://a:x",
        "https://a_b:1",
        "https://a b"
      })
  void whatNoServerCanBeReachedAtIsNamed(String text) {
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> Given.server(text));
    assertEquals(
        "https://HOST:PORT of a server, with a port from 1 to 65535, and is " + text,
        refused.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"secret\nother", "secret ", "secret\u0000", "s\u00e9cret", "secret\r"})
  void aTokenThatNoHeaderCarriesIsNeverShown(String text) throws Exception {
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> Given.token(text));
    assertFalse(refused.getMessage().contains("cret"), refused.getMessage());
    try (ApiClient client =
        new ApiClient(
            List.of(URI.create("https://127.0.0.1:1")),
            SSLContext.getDefault(),
            () -> text,
            new WallTimers())) {
      IllegalArgumentException asked =
          assertThrows(IllegalArgumentException.class, () -> client.get("/"));
      assertTrue(asked.getMessage().startsWith("the token must be one word"), asked.getMessage());
      assertFalse(asked.toString().contains("cret"), asked.toString());
    }
  }

  @Test
  void aTokenIsOneWord() {
    assertEquals("a.b-c_d~e+f/g=", Given.token("a.b-c_d~e+f/g="));
    assertThrows(IllegalArgumentException.class, () -> Given.token(""));
    assertThrows(IllegalArgumentException.class, () -> Given.token(null));
  }
}
