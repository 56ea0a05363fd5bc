package dev.ballast.stategrid.raft;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VoteFileTest {

  private static final UUID GROUP = new UUID(1, 2);

  @TempDir Path raft;

  /** On a disk that stays full, with a vote in between, of which the image knows nothing yet. */
  @Test
  void votesThatAreLostAgainAreNotGivenAgain() throws IOException {
    Path file = Files.createDirectories(raft.resolve(GROUP + "/current")).resolve("raft-meta");
    long voted = 3;
    for (int loss = 0; loss < 3; loss++) {
      Files.write(file, new byte[0]);
      VoteFile.mend(raft, GROUP, 3);
      long term = term(file);
      assertTrue(term > voted, term + " after a vote in " + voted);
      voted = term + 1;
      Files.writeString(file, "term=" + voted + "\nvotedFor=a\n");
    }
  }

  private static long term(Path file) throws IOException {
    Properties found = new Properties();
    try (InputStream in = Files.newInputStream(file)) {
      found.load(in);
    }
    return Long.parseLong(found.getProperty("term"));
  }
}
