package dev.ballast.metrics;

import io.micrometer.core.instrument.Meter;
import io.micrometer.prometheusmetrics.PrometheusNamingConvention;

/**
 * Leaves names as the code writes them, so that a grep finds what a dashboard shows. Names with
 * dots (the JVM's, Vert.x') are Micrometer's own and follow its rules.
 */
final class GivenNames extends PrometheusNamingConvention {

  @Override
  public String name(String name, Meter.Type type, String baseUnit) {
    return name.indexOf('.') < 0 ? name : super.name(name, type, baseUnit);
  }
}
