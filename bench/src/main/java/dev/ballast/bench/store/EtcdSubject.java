package dev.ballast.bench.store;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Debian's etcd, as it is delivered, over its own gRPC API without TLS. Clients share a few
 * connections, spread over the members.
 */
final class EtcdSubject implements Subject {

  private static final int CONNECTIONS = 8;
  private static final int KEY = 1 << 3 | 2;
  private static final int VALUE = 2 << 3 | 2;

  /** Messages stay bytes: a put is two fields, and of the answer only its coming matters. */
  private static final MethodDescriptor.Marshaller<byte[]> BYTES =
      new MethodDescriptor.Marshaller<>() {
        @Override
        public InputStream stream(byte[] message) {
          return new ByteArrayInputStream(message);
        }

        @Override
        public byte[] parse(InputStream stream) {
          try {
            return stream.readAllBytes();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        }
      };

  private static final MethodDescriptor<byte[], byte[]> PUT =
      MethodDescriptor.newBuilder(BYTES, BYTES)
          .setType(MethodDescriptor.MethodType.UNARY)
          .setFullMethodName("etcdserverpb.KV/Put")
          .build();

  private final List<Process> processes = new ArrayList<>();
  private final List<ManagedChannel> channels = new ArrayList<>();
  private final int members;

  EtcdSubject(Path binary, Path directory, int members) throws IOException {
    this.members = members;
    int[] ports = FreePorts.take(2 * members);
    String cluster =
        IntStream.range(0, members)
            .mapToObj(i -> "m" + i + "=http://127.0.0.1:" + ports[members + i])
            .collect(Collectors.joining(","));
    for (int i = 0; i < members; i++) {
      String client = "http://127.0.0.1:" + ports[i];
      String peer = "http://127.0.0.1:" + ports[members + i];
      Path log = directory.resolve("m" + i + ".log");
      ProcessBuilder etcd =
          new ProcessBuilder(
                  binary.toString(),
                  "--name=m" + i,
                  "--data-dir=" + Files.createDirectories(directory.resolve("m" + i)),
                  "--listen-client-urls=" + client,
                  "--advertise-client-urls=" + client,
                  "--listen-peer-urls=" + peer,
                  "--initial-advertise-peer-urls=" + peer,
                  "--initial-cluster=" + cluster,
                  "--quota-backend-bytes=8589934592",
                  "--auto-compaction-mode=revision",
                  "--auto-compaction-retention=10000")
              .redirectErrorStream(true)
              .redirectOutput(log.toFile());
      processes.add(etcd.start());
    }
    for (int i = 0; i < CONNECTIONS; i++) {
      channels.add(
          NettyChannelBuilder.forAddress("127.0.0.1", ports[i % members]).usePlaintext().build());
    }
    for (ManagedChannel channel : channels) {
      put(channel, "warm", new byte[] {'x'});
    }
  }

  @Override
  public String name() {
    return "etcd";
  }

  @Override
  public int members() {
    return members;
  }

  @Override
  public Client client(int number) {
    ManagedChannel channel = channels.get(number % channels.size());
    return (name, filling) -> put(channel, name, Documents.configMap(name, filling));
  }

  private static void put(ManagedChannel channel, String key, byte[] value) {
    ByteArrayOutputStream message = new ByteArrayOutputStream(value.length + 64);
    byte[] keyBytes = ("/registry/configmaps/" + key).getBytes(StandardCharsets.US_ASCII);
    field(message, KEY, keyBytes);
    field(message, VALUE, value);
    ClientCalls.blockingUnaryCall(
        channel, PUT, CallOptions.DEFAULT.withWaitForReady(), message.toByteArray());
  }

  private static void field(ByteArrayOutputStream message, int tag, byte[] bytes) {
    message.write(tag);
    int length = bytes.length;
    for (; length > 0x7f; length >>>= 7) {
      message.write(length & 0x7f | 0x80);
    }
    message.write(length);
    message.writeBytes(bytes);
  }

  @Override
  public void close() {
    channels.forEach(ManagedChannel::shutdownNow);
    processes.forEach(Process::destroy);
    for (Process process : processes) {
      process.onExit().completeOnTimeout(process, 10, TimeUnit.SECONDS).join().destroyForcibly();
    }
  }
}
