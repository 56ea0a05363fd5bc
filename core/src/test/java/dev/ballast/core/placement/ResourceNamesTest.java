package dev.ballast.core.placement;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ballast.core.model.Pod;
import dev.ballast.core.resource.Json;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ResourceNamesTest {

  private final ResourceNames names = new ResourceNames();

  /** One pod's inventions must not make every other pod's amounts as long. */
  @Test
  void whatPodsMakeUpEndsAsOneNameThatNoNodeOffers() {
    Map<String, String> madeUp = new HashMap<>();
    for (int i = 0; i < 40_000; i++) {
      madeUp.put("example.com/r" + i, "1");
    }
    assertTrue(names.amounts(madeUp).length < 256);
    long[] late = names.amounts(Map.of("example.com/late", "3"));
    int others = names.index("example.com/late");
    assertEquals(3, late[others]);
    assertEquals(others, names.index("example.com/later"));
    assertEquals(0, names.offers(madeUp)[others]);
  }

  @Test
  void whatANodeOffersIsNumberedAllTheSame() {
    for (int i = 0; i < 300; i++) {
      names.index("example.com/r" + i);
    }
    long[] offered = names.offers(Map.of("example.com/gpu", "4"));
    assertEquals(4, offered[names.find("example.com/gpu")]);
    assertEquals(2, names.amounts(Map.of("example.com/gpu", "2"))[names.find("example.com/gpu")]);
  }

  /** Two of them on one node must not make it look empty. */
  @Test
  void absurdRequestsHaveASum() throws Exception {
    String vast =
        "{\"metadata\":{\"name\":\"p\",\"namespace\":\"default\"},\"spec\":{\"containers\":[{\"name\":\"c\",\"resources\":{\"requests\":{\"memory\":"
            + "\"9223372036854775807\"}}}]}}";
    PodShape shape = PodShape.of(Json.MAPPER.readValue(vast, Pod.class), names);
    long asked = shape.amounts()[ResourceNames.MEMORY];
    assertEquals(Amounts.ABSURD, asked);
    assertTrue(Math.multiplyExact(asked, 4000L) > 0);
  }
}
