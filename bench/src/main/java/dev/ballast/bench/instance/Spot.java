package dev.ballast.bench.instance;

/** Where in a file a number is read: it says what was expected there. */
interface Spot {

  /** Of whatever is summed: what a million of them come to, and twice that, is far below 2^63. */
  long MOST = 1_000_000_000_000L;

  MalformedInstance malformed(String expected);

  default long whole(String text, long least, long most, String meaning) {
    try {
      long value = Long.parseLong(text);
      if (value >= least && value <= most) {
        return value;
      }
    } catch (NumberFormatException e) {
      // told below, with where it is
    }
    throw malformed(
        meaning + " as a whole number from " + least + " to " + most + ", not \"" + text + "\"");
  }
}
