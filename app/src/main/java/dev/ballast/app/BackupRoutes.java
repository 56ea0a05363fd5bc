package dev.ballast.app;

import dev.ballast.api.server.Exchange;
import dev.ballast.api.server.Refusal;
import dev.ballast.api.server.RouteTable;
import dev.ballast.api.server.Routes;
import dev.ballast.core.status.Failure;
import dev.ballast.stategrid.StateGrid;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Arrays;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code GET /apis/ballast.dev/v1/backup}: every secret there is, so for administrators only.
 * Everything that was acknowledged before the request is in it, or the answer is 503; with {@code
 * ?stale=true}, what this member has: for when no majority is left.
 */
record BackupRoutes(StateGrid grid, Path data) implements Routes {

  /** A revision that is in it, with everything before it. */
  static final String REVISION = "Ballast-Revision";

  private static final Logger LOG = LoggerFactory.getLogger(BackupRoutes.class);

  @Override
  public void install(RouteTable table) {
    table.resource("ballast.dev", "backup", this::backup);
  }

  private void backup(Exchange exchange) throws Refusal {
    if (!exchange.user().groups().contains("system:masters")) {
      throw new Refusal(new Failure(403, "Forbidden", "only administrators may back up"));
    }
    // Returns once this member has everything, also on disk.
    long revision =
        exchange.flag("stale") ? grid.store().serializable().revision() : grid.store().revision();
    // Said now, as long as a status can be.
    grid.requireRoomForCopy(data);
    exchange.addHeader(REVISION, Long.toString(revision));
    try (Exchange.Output output = exchange.stream(200, "application/zip")) {
      Backup.write(grid, data, new Answer(output));
    } catch (IOException e) {
      LOG.warn("a backup was cut off: {}", e.getMessage());
    }
  }

  private static final class Answer extends OutputStream {
    private final Exchange.Output output;

    Answer(Exchange.Output output) {
      this.output = output;
    }

    @Override
    public void write(int one) throws IOException {
      write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      if (!output.write(Arrays.copyOfRange(bytes, from, from + length))) {
        throw new IOException("the client is gone");
      }
    }
  }
}
