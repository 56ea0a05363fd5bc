package dev.ballast.stategrid.documents;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ballast.core.resource.ResourceType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PackingTest {

  private final Packing packing = new Packing();

  @Test
  void whatIsPackedComesBack() {
    Random random = new Random(1);
    for (boolean crowded : new boolean[] {false, true, false, true}) {
      packing.crowded(crowded);
      for (ResourceType type : List.of(ResourceType.PODS, ResourceType.SECRETS)) {
        for (int size : new int[] {0, 1, 255, 256, 2000, 70_000}) {
          byte[] noise = new byte[size];
          random.nextBytes(noise);
          assertArrayEquals(noise, packing.unpack(packing.pack(type, noise)));
          byte[] text = text(size, random);
          assertArrayEquals(text, packing.unpack(packing.pack(type, text)));
        }
      }
    }
  }

  @Test
  void documentsOfOneTypeTakeAFractionOnceThereAreMany() {
    packing.crowded(true);
    Random random = new Random(2);
    List<byte[]> packed = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      packed.add(packing.pack(ResourceType.PODS, text(2000, random)));
    }
    int late = packed.getLast().length;
    assertTrue(late < 700, "a document of 2,000 bytes takes " + late);
  }

  private static byte[] text(int size, Random random) {
    StringBuilder text = new StringBuilder("{\"kind\":\"Pod\"");
    for (int field = 0; text.length() < size; field++) {
      text.append(",\"aFieldOfSomeLength").append(field % 40).append("\":\"");
      text.append(random.nextInt(1000)).append("\"");
    }
    return text.append('}').toString().getBytes(StandardCharsets.UTF_8);
  }
}
