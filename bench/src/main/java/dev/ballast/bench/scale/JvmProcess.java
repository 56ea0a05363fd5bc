package dev.ballast.bench.scale;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What another JVM uses, as the kernel and the JVM's own tools tell.
 *
 * @param pid of the process
 */
record JvmProcess(long pid) {

  private static final Pattern USED = Pattern.compile("used (\\d+)K");
  private static final double TICKS_PER_SECOND = 100;

  /** Bytes in the heap after a full collection. */
  long heapBytesAfterCollection() throws IOException {
    jcmd("GC.run");
    long bytes = 0;
    for (String line : jcmd("GC.heap_info").split("\n")) {
      Matcher used = USED.matcher(line);
      if (!line.strip().startsWith("Metaspace")
          && !line.strip().startsWith("class space")
          && used.find()) {
        bytes += Long.parseLong(used.group(1)) << 10;
      }
    }
    return bytes;
  }

  /** The classes that take most of the heap, one a line. */
  String histogram(int lines) throws IOException {
    return jcmd("GC.class_histogram").lines().limit(lines).reduce("", (a, b) -> a + b + "\n");
  }

  private String jcmd(String command) throws IOException {
    Path tool = Path.of(System.getProperty("java.home"), "bin", "jcmd");
    Process process =
        new ProcessBuilder(tool.toString(), Long.toString(pid), command)
            .redirectErrorStream(true)
            .start();
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  /** Processor time of all its threads. */
  double cpuSeconds() throws IOException {
    String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_PER_SECOND;
  }

  double residentMb() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024.0;
      }
    }
    throw new IOException("no VmRSS for process " + pid);
  }
}
