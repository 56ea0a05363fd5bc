package dev.ballast.kinds.schema;

import java.util.Optional;
import java.util.regex.Pattern;

/** Syntax of IP addresses and ranges, without ever asking a resolver. Pure. */
public final class Addresses {

  private static final String OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])";
  private static final Pattern V4 = Pattern.compile(OCTET + "(\\." + OCTET + "){3}");
  private static final Pattern V6_GROUP = Pattern.compile("[0-9a-fA-F]{1,4}");

  private Addresses() {}

  public static Optional<String> ip(String value) {
    return isV4(value) || isV6(value)
        ? Optional.empty()
        : Optional.of("must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)");
  }

  public static Optional<String> cidr(String value) {
    int slash = value.indexOf('/');
    String address = slash < 0 ? "" : value.substring(0, slash);
    int bits = slash < 0 ? -1 : prefix(value.substring(slash + 1));
    boolean fine = bits >= 0 && (isV4(address) && bits <= 32 || isV6(address) && bits <= 128);
    return fine
        ? Optional.empty()
        : Optional.of("must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)");
  }

  public static boolean isV4(String value) {
    return V4.matcher(value).matches();
  }

  public static boolean isV6(String value) {
    int gap = value.indexOf("::");
    if (!value.contains(":") || gap >= 0 && value.indexOf("::", gap + 1) >= 0) {
      return false;
    }
    if (gap < 0) {
      return groups(value) == 8;
    }
    int before = groups(value.substring(0, gap));
    int after = groups(value.substring(gap + 2));
    return before >= 0 && after >= 0 && before + after < 8;
  }

  /** Number of 16-bit groups; -1 when the text is malformed. A dotted IPv4 tail counts as two. */
  private static int groups(String text) {
    if (text.isEmpty()) {
      return 0;
    }
    String[] parts = text.split(":", -1);
    int count = 0;
    for (int i = 0; i < parts.length; i++) {
      if (i == parts.length - 1 && isV4(parts[i])) {
        count += 2;
      } else if (V6_GROUP.matcher(parts[i]).matches()) {
        count++;
      } else {
        return -1;
      }
    }
    return count;
  }

  private static int prefix(String digits) {
    return digits.matches("[0-9]{1,3}") ? Integer.parseInt(digits) : -1;
  }
}
