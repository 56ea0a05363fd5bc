package dev.ballast.metrics;

import com.sun.management.UnixOperatingSystemMXBean;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The figures of this process: {@code jvm_*} as Micrometer names them, {@code process_*} as every
 * Prometheus client does.
 */
final class ProcessMeters implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ProcessMeters.class);
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final String RESIDENT = "VmRSS:";

  private final JvmGcMetrics gc = new JvmGcMetrics();

  ProcessMeters(MeterRegistry registry) {
    new ClassLoaderMetrics().bindTo(registry);
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    gc.bindTo(registry);
    long start = ManagementFactory.getRuntimeMXBean().getStartTime();
    Gauge.builder("process_start_time_seconds", () -> start / 1e3).register(registry);
    if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system) {
      FunctionCounter.builder(
              "process_cpu_seconds_total", system, bean -> bean.getProcessCpuTime() / 1e9)
          .register(registry);
      Gauge.builder("process_open_fds", system::getOpenFileDescriptorCount).register(registry);
      Gauge.builder("process_max_fds", system::getMaxFileDescriptorCount).register(registry);
    }
    if (Files.isReadable(STATUS)) {
      Gauge.builder("process_resident_memory_bytes", ProcessMeters::residentBytes)
          .register(registry);
    }
  }

  private static double residentBytes() {
    try {
      for (String line : Files.readAllLines(STATUS)) {
        if (line.startsWith(RESIDENT)) {
          String kilobytes = line.substring(RESIDENT.length()).replace("kB", "").strip();
          return Long.parseLong(kilobytes) * 1024.0;
        }
      }
    } catch (IOException e) {
      LOG.debug("no resident memory to be read", e);
    }
    return Double.NaN;
  }

  @Override
  public void close() {
    gc.close();
  }
}
