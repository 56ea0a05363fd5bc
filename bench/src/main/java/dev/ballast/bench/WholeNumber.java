package dev.ballast.bench;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Every whole number on a bench's command line, refused before any work where it makes no sense: at
 * least 1, or 0 too for options whose converter is {@link OrNone}.
 */
public class WholeNumber implements ITypeConverter<Integer> {

  private static final int MOST = 10_000_000;

  private final int least;

  public WholeNumber() {
    this(1);
  }

  private WholeNumber(int least) {
    this.least = least;
  }

  @Override
  public Integer convert(String text) {
    try {
      int value = Integer.parseInt(text);
      if (value >= least && value <= MOST) {
        return value;
      }
    } catch (NumberFormatException e) {
      // told below, with what is allowed
    }
    throw new TypeConversionException(
        "must be a whole number of at least " + least + " and at most " + MOST + ", not " + text);
  }

  /** Of what there may be none. */
  public static final class OrNone extends WholeNumber {
    public OrNone() {
      super(0);
    }
  }
}
