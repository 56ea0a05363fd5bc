package dev.ballast.kinds.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.TextNode;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Times that are looked at without the parser are those that the parser takes. */
final class TimeCheckProperties {

  private static final Schema TIME =
      new Schema.Scalar(Schema.ScalarType.STRING, "date-time", List.of(), "");
  private static final List<String> SOME =
      List.of(
          "2026-11-21T21:33:07Z",
          "2026-02-28T00:00:00.123456Z",
          "2026-12-31T23:59:59.999999999Z",
          "2026-11-21T21:33:07+01:00");
  private static final String CHARACTERS = "0123456789-:.TZ+ ";

  @Property(tries = 300)
  void itTakesWhatTheParserTakes(@ForAll long seed) {
    Random random = new Random(seed);
    StringBuilder text = new StringBuilder(SOME.get(random.nextInt(SOME.size())));
    for (int i = random.nextInt(4); i > 0; i--) {
      int at = random.nextInt(text.length());
      char c = CHARACTERS.charAt(random.nextInt(CHARACTERS.length()));
      switch (random.nextInt(4)) {
        case 0 -> text.insert(at, c);
        case 1 -> text.deleteCharAt(at);
        default -> text.setCharAt(at, c);
      }
    }
    String time = text.toString();
    boolean refused = TypeCheck.firstMismatch(TIME, TextNode.valueOf(time)).isPresent();
    assertEquals(!parses(time), refused, time);
  }

  private static boolean parses(String text) {
    try {
      OffsetDateTime.parse(text);
      return true;
    } catch (DateTimeException notOne) {
      return false;
    }
  }
}
