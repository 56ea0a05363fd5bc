package dev.ballast.stategrid.faults;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * A member's machine: a network namespace with a cable to the bridge, a small disk, and the process
 * on it. One thread of the test changes it.
 */
final class Machine implements AutoCloseable {

  static final int MEMBERS_PORT = 7000;
  static final int CLIENTS_PORT = 7001;

  private static final Path FAKETIME =
      Path.of("/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1");

  private final String net;
  private final int number;
  private final String name;
  private final String ip;
  private final Path disk;
  private final Path clock;
  private final UUID group;
  private volatile String id;
  private String classPath = System.getProperty("java.class.path");
  private int lives;
  private Process process;

  Machine(String net, int number, Path directory, UUID group) {
    this.net = net;
    this.number = number;
    this.name = net + "m" + number;
    this.ip = FaultNet.address(net, 10 + number);
    this.disk = directory.resolve("m" + number);
    this.clock = disk.resolve("clock");
    this.group = group;
    this.id = "m" + number;
  }

  void plugIn() {
    try {
      Files.createDirectories(disk);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Shell.run("mount", "-t", "tmpfs", "-o", "size=192m", "ballast-fault", disk.toString());
    Shell.run("ip", "netns", "add", name);
    Shell.run("ip", "link", "add", name, "type", "veth", "peer", "name", "eth0", "netns", name);
    Shell.run("ip", "link", "set", name, "master", net, "up");
    in("ip", "addr", "add", ip + "/24", "dev", "eth0");
    in("ip", "link", "set", "eth0", "up");
    in("ip", "link", "set", "lo", "up");
    setClock(0);
  }

  /** From now on it reaches the others over the cables that can be made slow. */
  void plugInto(List<Machine> others) {
    in("nft", "add", "table", "ip", "cables");
    in("nft add chain ip cables out { type nat hook output priority -100 ; }");
    for (Machine other : others) {
      if (other != this) {
        in(
            "nft add rule ip cables out ip daddr %s tcp dport %d dnat to %s:%d"
                .formatted(other.ip, MEMBERS_PORT, Cables.called(net, other.number), MEMBERS_PORT));
      }
    }
  }

  int number() {
    return number;
  }

  /** Whether the whole process's clock can be moved, and not only what Ballast asks. */
  static boolean movesClocks() {
    return Files.exists(FAKETIME);
  }

  /** One argument alone is a whole line. */
  private void in(String... command) {
    Stream<String> words =
        command.length == 1 ? Stream.of(command[0].split(" ")) : Stream.of(command);
    Shell.run(Stream.concat(Stream.of("ip", "netns", "exec", name), words).toArray(String[]::new));
  }

  String id() {
    return id;
  }

  String ip() {
    return ip;
  }

  String peer() {
    return id + "@" + ip + ":" + MEMBERS_PORT;
  }

  /** The program that is started from now on; at first this build's. */
  void install(String program) {
    classPath = program;
  }

  boolean isUpToDate() {
    return classPath.equals(System.getProperty("java.class.path"));
  }

  boolean runs() {
    return process != null && process.isAlive();
  }

  /**
   * @param founders every machine, when the group begins; empty for one that joins it
   */
  void start(List<Machine> founders) {
    start(Boolean.toString(!founders.isEmpty()), founders);
  }

  /** Before there is a group. */
  void startAlone() {
    start(FaultMember.ALONE, List.of());
  }

  private void start(String founds, List<Machine> founders) {
    List<String> command =
        new ArrayList<>(
            List.of(
                "ip",
                "netns",
                "exec",
                name,
                ProcessHandle.current().info().command().orElseThrow(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx192m",
                "-Djdk.virtualThreadScheduler.parallelism=4",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                classPath,
                FaultMember.class.getName(),
                disk.resolve("data").toString(),
                group.toString(),
                id,
                ip + ":" + MEMBERS_PORT,
                Integer.toString(CLIENTS_PORT),
                founds));
    founders.stream().filter(one -> one != this).forEach(one -> command.add(one.peer()));
    command.addAll(5, fastStart());
    ProcessBuilder builder = new ProcessBuilder(command);
    File log = disk.resolveSibling(disk.getFileName() + ".log").toFile();
    if (movesClocks()) {
      // Without the last two the JVM's timed waits end at once, and its threads spin.
      builder
          .environment()
          .putAll(
              Map.of(
                  "LD_PRELOAD", FAKETIME.toString(),
                  "FAKETIME_TIMESTAMP_FILE", clock.toString(),
                  "FAKETIME_CACHE_DURATION", "1",
                  "FAKETIME_DONT_FAKE_MONOTONIC", "1",
                  "DONT_FAKE_MONOTONIC", "1",
                  "FAKETIME_FORCE_MONOTONIC_FIX", "0"));
    }
    builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(log));
    try {
      process = builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The JVM's archive of a member's start, in the file that {@code ballast.faults.archive} names.
   */
  private static List<String> fastStart() {
    String archive = System.getProperty("ballast.faults.archive", "");
    return !archive.isEmpty() && Files.exists(Path.of(archive))
        ? List.of("-XX:AOTCache=" + archive)
        : List.of();
  }

  void kill() {
    if (process != null) {
      process.destroyForcibly();
      try {
        process.waitFor();
        // What libfaketime leaves of a process that was killed would meet the next one of its
        // number.
        for (String left : List.of("faketime_shm_", "sem.faketime_sem_")) {
          Files.deleteIfExists(Path.of("/dev/shm", left + process.pid()));
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** SIGTERM; does not wait for the end. */
  void stop() {
    if (process != null) {
      process.destroy();
    }
  }

  void signal(String signal) {
    Shell.run("kill", "-" + signal, Long.toString(process.pid()));
  }

  /** Cuts it off from other machines, not from the clients. */
  void cutOff(List<Machine> from, boolean hears, boolean speaks) {
    in("nft", "add", "table", "inet", "fault");
    in("nft add chain inet fault in { type filter hook input priority 0 ; }");
    in("nft add chain inet fault out { type filter hook output priority 0 ; }");
    for (Machine other : from) {
      if (other != this && !hears) {
        in(
            "nft",
            "add",
            "rule",
            "inet",
            "fault",
            "in",
            "ip",
            "saddr",
            Cables.calling(net, other.number),
            "drop");
      }
      if (other != this && !speaks) {
        in(
            "nft",
            "add",
            "rule",
            "inet",
            "fault",
            "out",
            "ip",
            "daddr",
            Cables.called(net, other.number),
            "drop");
      }
    }
  }

  void reconnect() {
    in("nft", "delete", "table", "inet", "fault");
  }

  void fillDisk() {
    Shell.works("dd", "if=/dev/zero", "of=" + disk.resolve("filler"), "bs=64k");
  }

  void emptyDisk() {
    try {
      Files.deleteIfExists(disk.resolve("filler"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The disk is lost; whoever starts on the new one is somebody else. */
  void loseDisk() {
    Shell.run("rm", "-rf", disk.resolve("data").toString());
    id = id.replaceAll("x.*", "") + "x" + ++lives;
  }

  void setClock(long seconds) {
    try {
      Files.writeString(clock, "%+d".formatted(seconds));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A client's link to the member. */
  Link link() throws IOException {
    return new Link(ip);
  }

  /** Closed when it fails. */
  static final class Link implements AutoCloseable {
    private final Socket socket = new Socket();
    final DataInputStream in;
    final DataOutputStream out;

    Link(String ip) throws IOException {
      try {
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(25_000);
        socket.connect(new InetSocketAddress(ip, CLIENTS_PORT), 1000);
        in = new DataInputStream(socket.getInputStream());
        out = new DataOutputStream(socket.getOutputStream());
      } catch (IOException e) {
        socket.close();
        throw e;
      }
    }

    @Override
    public void close() {
      try {
        socket.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** How often it took another member's image over. */
  long imagesTaken() {
    try (Stream<String> lines = Files.lines(disk.resolveSibling(disk.getFileName() + ".log"))) {
      return lines.filter(line -> line.contains("took over another member's image")).count();
    } catch (IOException e) {
      return 0;
    }
  }

  boolean leads() {
    return askedWhetherItLeads().orElse(false);
  }

  boolean answers() {
    return askedWhetherItLeads().isPresent();
  }

  private Optional<Boolean> askedWhetherItLeads() {
    if (!runs()) {
      return Optional.empty();
    }
    try (Link link = link()) {
      link.socket.setSoTimeout(500);
      link.out.writeByte(FaultMember.LEADER);
      link.out.flush();
      return link.in.readByte() == FaultMember.OK
          ? Optional.of(link.in.readBoolean())
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    if (process != null && process.isAlive()) {
      Shell.works("kill", "-CONT", Long.toString(process.pid()));
    }
    kill();
    Shell.works("umount", "-l", disk.toString());
    Shell.works("ip", "netns", "del", name);
    Shell.works("ip", "link", "del", name);
  }
}
