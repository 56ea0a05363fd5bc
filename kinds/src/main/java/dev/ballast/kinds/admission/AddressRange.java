package dev.ballast.kinds.admission;

import java.util.OptionalLong;

/**
 * An IPv4 range. Addresses are counted from its network address, which like the broadcast address
 * is never given out.
 *
 * @param base the network address as a number
 * @param size number of addresses
 */
record AddressRange(String cidr, long base, long size) {

  /**
   * @throws IllegalArgumentException when the text is no IPv4 range of at least eight addresses
   */
  static AddressRange parse(String cidr) {
    int slash = cidr.indexOf('/');
    OptionalLong address = slash < 0 ? OptionalLong.empty() : number(cidr.substring(0, slash));
    int bits = address.isEmpty() ? -1 : Integer.parseInt(cidr.substring(slash + 1));
    if (bits < 8 || bits > 29) {
      throw new IllegalArgumentException(
          "\"" + cidr + "\" is no IPv4 range; write one like 10.96.0.0/16");
    }
    long size = 1L << (32 - bits);
    return new AddressRange(cidr, address.getAsLong() / size * size, size);
  }

  boolean contains(String address) {
    OptionalLong number = number(address);
    return number.isPresent() && number.getAsLong() > base && number.getAsLong() < base + size - 1;
  }

  String at(long offset) {
    long address = base + offset;
    return "%d.%d.%d.%d"
        .formatted(address >> 24, address >> 16 & 255, address >> 8 & 255, address & 255);
  }

  /** The lower part, which is left to those who ask for an address: KEP-3070. */
  long reserved() {
    return Math.min(Math.max(16, size / 16), 256);
  }

  private static OptionalLong number(String address) {
    String[] parts = address.split("\\.", -1);
    long number = 0;
    for (String part : parts) {
      if (parts.length != 4 || !part.matches("0|[1-9][0-9]{0,2}") || Integer.parseInt(part) > 255) {
        return OptionalLong.empty();
      }
      number = number << 8 | Integer.parseInt(part);
    }
    return OptionalLong.of(number);
  }
}
