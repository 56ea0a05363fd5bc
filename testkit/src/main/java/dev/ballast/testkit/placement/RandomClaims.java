package dev.ballast.testkit.placement;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.resource.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Volumes that some nodes reach, claims that have them, lost them or wait for them, and pods that
 * need the claims; in some clusters. One thread.
 */
final class RandomClaims {

  private static final int CLAIMS = 5;

  private final Random random;
  private final boolean any;
  private final List<ObjectNode> volumes = new ArrayList<>();
  private final List<ObjectNode> claims = new ArrayList<>();

  RandomClaims(Random random, List<String> namespaces) {
    this.random = random;
    this.any = random.nextInt(100) < 40;
    for (String namespace : any ? namespaces : List.<String>of()) {
      for (int number = 0; number < CLAIMS; number++) {
        claim(namespace, number);
      }
    }
  }

  List<ObjectNode> volumes() {
    return volumes;
  }

  List<ObjectNode> claims() {
    return claims;
  }

  private void claim(String namespace, int number) {
    if (chance(10)) {
      return; // pods will name one that is not there
    }
    String name = "claim-" + number;
    String volume = "pv-" + namespace + "-" + number;
    ObjectNode claim = Json.object().put("apiVersion", "v1").put("kind", "PersistentVolumeClaim");
    ObjectNode metadata = claim.putObject("metadata").put("name", name);
    metadata.put("namespace", namespace).put("uid", volume + "-claim");
    if (chance(5)) {
      metadata.put("deletionTimestamp", "2026-01-01T00:00:00Z");
    }
    ObjectNode spec = claim.putObject("spec").put("storageClassName", "");
    String mode = chance(55) ? "ReadWriteOncePod" : chance(50) ? "ReadWriteOnce" : "ReadWriteMany";
    spec.putArray("accessModes").add(mode);
    spec.putObject("resources").putObject("requests").put("storage", "1Gi");
    if (chance(90)) {
      spec.put("volumeName", volume);
      if (chance(95)) {
        volume(volume, mode);
      }
    }
    claims.add(claim);
  }

  private void volume(String name, String mode) {
    ObjectNode volume = Json.object().put("apiVersion", "v1").put("kind", "PersistentVolume");
    volume.putObject("metadata").put("name", name).put("uid", name + "-uid");
    ObjectNode spec = volume.putObject("spec").put("storageClassName", "");
    spec.putArray("accessModes").add(mode);
    spec.putObject("capacity").put("storage", "1Gi");
    if (chance(50)) {
      ArrayNode terms =
          spec.putObject("nodeAffinity").putObject("required").putArray("nodeSelectorTerms");
      for (int i = 0; i < (chance(80) ? 1 : 2); i++) {
        ObjectNode one = terms.addObject().putArray("matchExpressions").addObject();
        one.put("key", chance(50) ? "zone" : "disk").put("operator", chance(70) ? "In" : "NotIn");
        one.putArray("values").add(value()).add(value());
      }
    }
    volumes.add(volume);
  }

  private String value() {
    return List.of("a", "b", "1", "3", "5").get(random.nextInt(5));
  }

  void ask(ObjectNode pod) {
    if (!any || !chance(35)) {
      return;
    }
    ArrayNode its = pod.withObjectProperty("spec").putArray("volumes");
    for (int i = 0; i < (chance(85) ? 1 : 2); i++) {
      String name = "claim-" + random.nextInt(CLAIMS);
      its.addObject()
          .put("name", "v" + i)
          .putObject("persistentVolumeClaim")
          .put("claimName", name);
    }
  }

  private boolean chance(int percent) {
    return random.nextInt(100) < percent;
  }
}
