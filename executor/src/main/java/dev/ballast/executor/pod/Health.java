package dev.ballast.executor.pod;

import dev.ballast.executor.manifest.ContainerManifest;

/**
 * What the probes of one running instance say together.
 *
 * @param started its startup probe succeeded, or it has none
 * @param ready its readiness probe succeeds, or it has none; false before the start
 * @param failure why it must be restarted, as the event says it, or ""
 */
public record Health(boolean started, boolean ready, String failure) {

  /** Before any probe has answered. */
  public static Health initial(ContainerManifest container) {
    boolean started = container.startupProbe() == null;
    return new Health(started, started && container.readinessProbe() == null, "");
  }

  public boolean failed() {
    return !failure.isEmpty();
  }
}
