package dev.ballast.api.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ballast.core.identity.User;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenFileTest {

  @Test
  void readsKubernetesExamples() throws Exception {
    assertEquals(
        List.of(
            new TokenFile.Entry("t1", new User("alice", "1", List.of("dev", "ops"), Map.of())),
            new TokenFile.Entry("t2", new User("bob", "", List.of("dev"), Map.of())),
            new TokenFile.Entry("t\"3", new User("carol, jr", "3", List.of(), Map.of()))),
        TokenFile.parse(
            "f",
            """
            t1,alice,1,"dev, ops"
            t2,bob,,dev

            "t""3","carol, jr",3
            """));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "a,b                | must have at least 3 columns (token, user name, user uid), found 2",
        ",b,c               | the token is empty",
        "a,,c               | the user name is empty",
        "'\"a,b,c'          | a quote is not closed",
        "'\"a\"x,b,c'       | text follows a closing quote",
        "'a\"b,c,d'         | a quote stands inside a column",
        "ok,again,1         | the token of user \"again\" occurs twice",
      })
  void namesFileAndLine(String line, String why) {
    IOException wrong =
        assertThrows(IOException.class, () -> TokenFile.parse("f.csv", "ok,u,1\n" + line + "\n"));
    assertTrue(
        wrong.getMessage().startsWith("token file f.csv, line 2: " + why), wrong.getMessage());
  }
}
