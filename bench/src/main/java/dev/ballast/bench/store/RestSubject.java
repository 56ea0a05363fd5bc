package dev.ballast.bench.store;

import dev.ballast.bench.ServerUnderTest;
import dev.ballast.client.Answer;
import dev.ballast.client.ApiClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/** Our store through the REST API of {@code ballast up}: TLS, admission, validation and all. */
final class RestSubject implements Subject {

  private static final String PATH = "/api/v1/namespaces/" + Documents.NAMESPACE + "/configmaps";

  private final ServerUnderTest server;

  RestSubject(Path directory) throws IOException {
    server = ServerUnderTest.start(directory, "--runtime", "simulated", "--simulated-nodes", "0");
  }

  @Override
  public String name() {
    return "ballast-rest";
  }

  @Override
  public int members() {
    return 1;
  }

  @Override
  public Client client(int number) {
    ApiClient api = server.api();
    Set<String> created = new HashSet<>();
    return (name, filling) -> {
      byte[] json = Documents.configMap(name, filling);
      if (created.add(name) && api.post(PATH, json) instanceof Answer.Done) {
        return;
      }
      Answer answer = api.send("PUT", PATH + "/" + name, json);
      if (!(answer instanceof Answer.Done)) {
        throw new IllegalStateException("a write of its own key was refused: " + answer);
      }
    };
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
