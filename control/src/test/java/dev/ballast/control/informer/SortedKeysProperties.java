package dev.ballast.control.informer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

final class SortedKeysProperties {

  @Property(tries = 60)
  void itIsASortedSet(@ForAll long seed) {
    Random random = new Random(seed);
    SortedKeys keys = new SortedKeys();
    TreeSet<ObjectKey> model = new TreeSet<>();
    int names = 1 << random.nextInt(1, 13);
    boolean ordered = random.nextBoolean();
    for (int step = 0; step < 4000; step++) {
      int number = ordered && step < 2000 ? step : random.nextInt(names);
      ObjectKey key = new ObjectKey(ResourceType.PODS, "a", "pod-%05d".formatted(number));
      // First it grows, then it is emptied.
      if (random.nextInt(4) < (step < 2500 ? 3 : 1)) {
        assertEquals(model.add(key), keys.add(key));
      } else {
        assertEquals(model.remove(key), keys.remove(key));
      }
      assertEquals(model.isEmpty(), keys.isEmpty());
      if (step % 200 == 0) {
        List<ObjectKey> found = new ArrayList<>();
        keys.forEach(found::add);
        assertEquals(new ArrayList<>(model), found);
      }
    }
  }
}
