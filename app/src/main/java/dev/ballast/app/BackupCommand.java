package dev.ballast.app;

import dev.ballast.core.store.StoreUnavailableException;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
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
      defaultValue = ".ballast/data/kubeconfig",
      description = "An administrator's kubeconfig (default: ${DEFAULT-VALUE}).")
  Path kubeconfig;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    Path fresh = file.resolveSibling(file.getFileName() + ".part");
    try (Connection connection = Connection.of(kubeconfig)) {
      HttpResponse<InputStream> answer = connection.client().open("/apis/ballast.dev/v1/backup");
      try (InputStream body = answer.body()) {
        if (answer.statusCode() != 200) {
          throw new StartFailure("the server answered " + answer.statusCode());
        }
        Files.deleteIfExists(fresh);
        Files.createFile(
            fresh,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.copy(body, fresh, StandardCopyOption.REPLACE_EXISTING);
        Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rw-------"));
      }
      Backup.check(fresh);
      Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING);
      spec.commandLine().getOut().println(file + " " + Files.size(file) + " bytes");
      spec.commandLine().getOut().flush();
      return 0;
    } catch (StoreUnavailableException e) {
      throw new StartFailure("no member can be reached: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new StartFailure("cannot write " + file + ": " + e.getMessage(), e);
    } finally {
      discard(fresh);
    }
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
