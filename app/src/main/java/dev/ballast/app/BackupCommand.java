package dev.ballast.app;

import dev.ballast.core.resource.Json;
import dev.ballast.core.store.StoreUnavailableException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.net.http.HttpResponse;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ballast backup}: the whole cluster in one file, from a running member. */
@Command(
    name = "backup",
    mixinStandardHelpOptions = true,
    description =
        "Writes state, authority and tokens of a running cluster to a file. Keep it secret.")
final class BackupCommand implements Callable<Integer> {

  @Parameters(paramLabel = "FILE")
  Path file;

  @Option(
      names = "--kubeconfig",
      paramLabel = "FILE",
      description =
          "An administrator's kubeconfig (default: the first file of $KUBECONFIG that is there, else"
              + " .ballast/data/kubeconfig).")
  Path kubeconfig;

  @Option(
      names = "--stale",
      description =
          "Take what the member that answers first has, also where no majority of the members is"
              + " left to say whether that is everything. The kubeconfig in a member's data"
              + " directory names that member first.")
  boolean stale;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    if (file.toString().isEmpty()) {
      throw new StartFailure("FILE must name the file to write, and is \"\"");
    }
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw new StartFailure(
          file + " is there and no regular file: name one that is, or a new one");
    }
    Path fresh = file.resolveSibling(file.getFileName() + ".part");
    try (Connection connection =
        Connection.of(KubeconfigChoice.of(kubeconfig, System.getenv(KubeconfigChoice.VARIABLE)))) {
      HttpResponse<InputStream> answer =
          connection.client().open("/apis/ballast.dev/v1/backup" + (stale ? "?stale=true" : ""));
      try (InputStream body = answer.body()) {
        if (answer.statusCode() != 200) {
          throw new StartFailure(refusal(answer.statusCode(), body));
        }
        take(body, fresh);
      }
      Backup.check(fresh);
      Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING);
      say(answer);
      return 0;
    } catch (StoreUnavailableException e) {
      throw new StartFailure(
          hinted("no member can be reached, or none has a majority: " + e.getMessage()), e);
    } catch (IOException e) {
      throw new StartFailure("the backup did not come into " + file + ": " + e.getMessage(), e);
    } finally {
      discard(fresh);
    }
  }

  private String refusal(int code, InputStream body) throws IOException {
    String why = "the server answered " + code + ": " + message(body.readAllBytes());
    return why.contains("majority") ? hinted(why) : why;
  }

  private String hinted(String why) {
    return stale
        ? why
        : why + " (when no majority is left for good: --stale takes what one member has)";
  }

  /** Of a Status, or of a proxy in between. */
  private static String message(byte[] body) {
    try {
      return Json.MAPPER.readTree(body).path("message").asText();
    } catch (IOException e) {
      return new String(body, StandardCharsets.UTF_8);
    }
  }

  /** Synced; what a disk does not take is not left there. */
  private static void take(InputStream body, Path fresh) throws IOException {
    Files.deleteIfExists(fresh);
    Files.createFile(
        fresh, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
      body.transferTo(Channels.newOutputStream(channel));
      channel.force(true);
    }
  }

  private void say(HttpResponse<InputStream> answer) throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    out.println(file + " " + Files.size(file) + " bytes");
    if (stale) {
      out.printf(
          "as of revision %s at %s: what was acknowledged after that is not in it%n",
          answer.headers().firstValue(BackupRoutes.REVISION).orElse("?"),
          answer.uri().getAuthority());
    }
    out.flush();
  }

  /** What is not whole holds secrets too. */
  private static void discard(Path fresh) {
    try {
      Files.deleteIfExists(fresh);
    } catch (IOException e) {
      throw new StartFailure("cannot delete " + fresh + ", which holds secrets: " + e, e);
    }
  }
}
