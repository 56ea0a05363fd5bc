package dev.ballast.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ballast.core.identity.NodeToken;
import dev.ballast.core.status.Failure;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BackoffTest {

  @Test
  void stepsDoubleUpToTheLimitAndScatter() {
    Backoff backoff = new Backoff(Duration.ofMillis(200), Duration.ofSeconds(10), new Random(1));
    for (long most : List.of(200, 400, 800, 1600, 3200, 6400, 10_000, 10_000)) {
      long millis = backoff.next().toMillis();
      assertTrue(most / 2 <= millis && millis <= most, millis + " of " + most);
    }
    backoff.reset();
    assertTrue(backoff.next().toMillis() <= 200);
  }

  @Test
  void aStatusIsReadBack() {
    String status =
        """
        {"kind":"Status","code":422,"reason":"Invalid","message":"m","details":{"name":"n",
        "kind":"Pod","causes":[{"reason":"FieldValueInvalid","message":"w","field":"spec.x"}]}}""";
    assertEquals(
        new Failure(
            422,
            "Invalid",
            "m",
            new Failure.Details(
                "n",
                "",
                "Pod",
                "",
                List.of(new Failure.Cause("FieldValueInvalid", "w", "spec.x")),
                0)),
        StatusReader.failure(422, status.getBytes(StandardCharsets.UTF_8)));
    Failure strange = StatusReader.failure(502, "<html>bad gateway".getBytes());
    assertEquals(502, strange.code());
    assertTrue(strange.message().contains("<html>bad gateway"));
  }

  @Test
  void nodeTokensHaveOneForm() {
    String hash = "ab".repeat(32);
    assertEquals(
        Optional.of(new NodeToken(hash, "s3cret_-0123456789")),
        NodeToken.parse(hash + ".s3cret_-0123456789\n"));
    for (String wrong : List.of("", hash, hash + ".short", "xyz.s3cret_-0123456789")) {
      assertEquals(Optional.empty(), NodeToken.parse(wrong), wrong);
    }
  }
}
