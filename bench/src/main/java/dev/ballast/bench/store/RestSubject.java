package dev.ballast.bench.store;

import dev.ballast.bench.ServerUnderTest;
import dev.ballast.bench.wire.Wire;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Our store through the REST API of {@code ballast up}: TLS, admission, validation and all, one
 * connection a client. With several members clients are spread over them, and so are their
 * processes' links, with mutual TLS.
 */
final class RestSubject implements Subject {

  private static final String PATH = "/api/v1/namespaces/" + Documents.NAMESPACE + "/configmaps";
  private static final int CREATED = 201;
  private static final int THERE = 409;

  private final List<ServerUnderTest> servers = new ArrayList<>();
  private final Set<String> created = ConcurrentHashMap.newKeySet();

  RestSubject(Path directory, int members) throws IOException {
    int[] ports = FreePorts.take(2 * members);
    try {
      for (int i = 0; i < members; i++) {
        servers.add(start(directory, i, ports[2 * i], ports[2 * i + 1]));
      }
    } catch (IOException e) {
      close();
      throw e;
    }
  }

  private ServerUnderTest start(Path directory, int member, int port, int memberPort)
      throws IOException {
    List<String> options = new ArrayList<>(List.of("--runtime", "simulated"));
    options.addAll(List.of("--node-name", "m" + member));
    options.addAll(List.of("--port", Integer.toString(port)));
    options.addAll(List.of("--member-port", Integer.toString(memberPort)));
    if (member > 0) {
      options.addAll(List.of("--join", servers.getFirst().connection().server().toString()));
      Path token = directory.resolve("m0").resolve("member-token");
      options.addAll(List.of("--token-file", token.toString()));
    }
    return ServerUnderTest.start(directory.resolve("m" + member), options.toArray(String[]::new));
  }

  @Override
  public String name() {
    return "ballast-rest";
  }

  @Override
  public int members() {
    return servers.size();
  }

  @Override
  public Client client(int number) throws IOException {
    Wire wire = new Wire(servers.get(number % servers.size()).connection());
    return new Client() {
      @Override
      public void write(String name, byte[] filling) throws IOException {
        byte[] json = Documents.configMap(name, filling);
        if (created.add(name) && create(wire, json)) {
          return;
        }
        wire.done("PUT", PATH + "/" + name, Wire.JSON, json);
      }

      @Override
      public void close() throws IOException {
        wire.close();
      }
    };
  }

  private static boolean create(Wire wire, byte[] json) throws IOException {
    Wire.Reply reply = wire.send("POST", PATH, Wire.JSON, json);
    if (reply.status() != CREATED && reply.status() != THERE) {
      throw new IOException("a creation answered " + reply.status() + ": " + reply.text());
    }
    return reply.status() == CREATED;
  }

  @Override
  public void close() throws IOException {
    for (ServerUnderTest server : servers.reversed()) {
      server.close();
    }
  }
}
