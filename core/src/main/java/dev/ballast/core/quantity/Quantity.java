package dev.ballast.core.quantity;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A Kubernetes resource quantity: decimal number with an optional suffix (n u m k M G T P E, Ki Mi
 * Gi Ti Pi Ei, or an exponent). Grammar: the Quantity section of the Kubernetes API reference.
 */
public record Quantity(BigDecimal value) implements Comparable<Quantity> {

  private static final Pattern SYNTAX =
      Pattern.compile(
          "([+-]?(?:[0-9]+(?:\\.[0-9]*)?|\\.[0-9]+))([numkMGTPE]|[KMGTPE]i|[eE][+-]?[0-9]+)?");

  private static final Map<String, BigDecimal> SUFFIXES =
      Map.ofEntries(
          Map.entry("n", BigDecimal.valueOf(1, 9)),
          Map.entry("u", BigDecimal.valueOf(1, 6)),
          Map.entry("m", BigDecimal.valueOf(1, 3)),
          Map.entry("k", BigDecimal.valueOf(1, -3)),
          Map.entry("M", BigDecimal.valueOf(1, -6)),
          Map.entry("G", BigDecimal.valueOf(1, -9)),
          Map.entry("T", BigDecimal.valueOf(1, -12)),
          Map.entry("P", BigDecimal.valueOf(1, -15)),
          Map.entry("E", BigDecimal.valueOf(1, -18)),
          Map.entry("Ki", BigDecimal.valueOf(1L << 10)),
          Map.entry("Mi", BigDecimal.valueOf(1L << 20)),
          Map.entry("Gi", BigDecimal.valueOf(1L << 30)),
          Map.entry("Ti", BigDecimal.valueOf(1L << 40)),
          Map.entry("Pi", BigDecimal.valueOf(1L << 50)),
          Map.entry("Ei", BigDecimal.valueOf(1L << 60)));

  /**
   * @throws IllegalArgumentException when the text is no quantity
   */
  public static Quantity parse(String text) {
    Matcher syntax = SYNTAX.matcher(text);
    if (text.length() > 64 || !syntax.matches()) {
      throw new IllegalArgumentException(
          "quantities must match the regular expression"
              + " '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'");
    }
    BigDecimal number = new BigDecimal(syntax.group(1));
    String suffix = syntax.group(2);
    if (suffix == null) {
      return new Quantity(number);
    }
    BigDecimal scale = SUFFIXES.get(suffix);
    if (scale != null) {
      return new Quantity(number.multiply(scale));
    }
    int exponent = Integer.parseInt(suffix.substring(1));
    if (Math.abs(exponent) > 64) {
      throw new IllegalArgumentException("exponent of \"" + text + "\" is out of range");
    }
    return new Quantity(number.scaleByPowerOfTen(exponent));
  }

  /** Rounded up to a whole unit (bytes, pods, devices), as Kubernetes rounds; saturates. */
  public long units() {
    return roundUp(value);
  }

  /** Rounded up to thousandths of a unit: millicores for CPU; saturates. */
  public long millis() {
    return roundUp(value.movePointRight(3));
  }

  private static long roundUp(BigDecimal exact) {
    BigDecimal whole = exact.setScale(0, RoundingMode.UP);
    if (whole.toBigInteger().bitLength() > 63) {
      return whole.signum() > 0 ? Long.MAX_VALUE : Long.MIN_VALUE;
    }
    return whole.longValueExact();
  }

  @Override
  public int compareTo(Quantity other) {
    return value.compareTo(other.value);
  }
}
