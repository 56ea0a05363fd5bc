package dev.ballast.api.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vertx.core.MultiMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a pod behind the proxy gets to see. */
class HeadersTest {

  private static final String TOKEN = "base64url.bearer.authorization.k8s.io.c2VjcmV0";

  @Test
  void noCredentialReachesThePod() {
    MultiMap headers =
        MultiMap.caseInsensitiveMultiMap()
            .add("authorization", "Bearer secret")
            .add("Proxy-Authorization", "Basic c2VjcmV0")
            .add("Sec-WebSocket-Protocol", TOKEN + ", chat")
            .add("Accept", "text/plain");
    assertEquals(
        Map.of("Sec-WebSocket-Protocol", List.of("chat"), "Accept", List.of("text/plain")),
        Headers.towardsPod(headers));
  }

  @Test
  void aSubprotocolThatIsOnlyATokenGoesWhole() {
    MultiMap headers =
        MultiMap.caseInsensitiveMultiMap()
            .add("sec-websocket-protocol", TOKEN)
            .add("Cookie", "a=b");
    assertEquals(Map.of("Cookie", List.of("a=b")), Headers.towardsPod(headers));
  }

  @Test
  void whatTheConnectionHeaderNamesStaysHere() {
    MultiMap headers =
        MultiMap.caseInsensitiveMultiMap()
            .add("Connection", "close, X-Between")
            .add("X-Between", "1")
            .add("Transfer-Encoding", "chunked")
            .add("X-End", "2");
    assertEquals(Map.of("X-End", List.of("2")), Headers.towardsPod(headers));
  }
}
