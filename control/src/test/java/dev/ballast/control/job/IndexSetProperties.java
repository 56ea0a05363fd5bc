package dev.ballast.control.job;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.BitSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

final class IndexSetProperties {

  @Property
  void whatIsWrittenIsReadBack(@ForAll long bits) {
    BitSet set = BitSet.valueOf(new long[] {bits});
    assertEquals(set, IndexSet.parse(IndexSet.text(set), 64));
  }
}
