package dev.ballast.control.volume;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.ballast.control.SmallCluster;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.store.DeleteOptions;
import dev.ballast.core.store.Write;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who is bound to whom, and what phase each is in. */
class PersistentVolumesTest {

  private final SmallCluster cluster = new SmallCluster(5);

  private ObjectKey volume(String name, String size, String storageClass, String more) {
    return cluster.create(
        ResourceType.PERSISTENT_VOLUMES,
        "{'apiVersion':'v1','kind':'PersistentVolume','metadata':{'name':'%s'},'spec':{"
                .formatted(name)
            + "'capacity':{'storage':'%s'},'accessModes':['ReadWriteOnce'],'storageClassName':'%s',"
                .formatted(size, storageClass)
            + "'hostPath':{'path':'/x'}%s}}".formatted(more));
  }

  private ObjectKey claim(String name, String size, String storageClass, String more) {
    return cluster.create(
        ResourceType.PERSISTENT_VOLUME_CLAIMS,
        "{'apiVersion':'v1','kind':'PersistentVolumeClaim','metadata':{'name':'%s',".formatted(name)
            + "'namespace':'default'},'spec':{'accessModes':['ReadWriteOnce'],"
            + "'resources':{'requests':{'storage':'%s'}},'storageClassName':'%s'%s}}"
                .formatted(size, storageClass, more));
  }

  private void storageClass(String name, String mode) {
    cluster.create(
        ResourceType.STORAGE_CLASSES,
        "{'apiVersion':'storage.k8s.io/v1','kind':'StorageClass','metadata':{'name':'%s'},"
                .formatted(name)
            + "'provisioner':'kubernetes.io/no-provisioner','volumeBindingMode':'%s'}"
                .formatted(mode));
  }

  private String at(ObjectKey key, String pointer) {
    return cluster.api.get(key).orElseThrow().tree().at(pointer).asText();
  }

  private void run() {
    cluster.timers.runFor(Duration.ofSeconds(10));
  }

  @Test
  void anImmediateClaimGetsTheSmallestVolumeThatServes() {
    storageClass("disk", "Immediate");
    ObjectKey large = volume("large", "10Gi", "disk", "");
    ObjectKey small = volume("small", "2Gi", "disk", "");
    ObjectKey tiny = volume("tiny", "1Gi", "disk", "");
    ObjectKey other = volume("other", "2Gi", "", "");
    run();
    assertEquals("Available", at(small, "/status/phase"));
    ObjectKey claim = claim("data", "1500Mi", "disk", "");
    run();
    assertEquals("small", at(claim, "/spec/volumeName"));
    assertEquals("Bound", at(claim, "/status/phase"));
    assertEquals("2Gi", at(claim, "/status/capacity/storage"));
    assertEquals("Bound", at(small, "/status/phase"));
    assertEquals("data", at(small, "/spec/claimRef/name"));
    assertEquals(at(claim, "/metadata/uid"), at(small, "/spec/claimRef/uid"));
    for (ObjectKey free : List.of(large, tiny, other)) {
      assertEquals("Available", at(free, "/status/phase"));
    }
  }

  @Test
  void aClaimThatComesFirstIsBoundWhenAVolumeComes() {
    ObjectKey claim = claim("data", "1Gi", "", "");
    run();
    assertEquals("Pending", at(claim, "/status/phase"));
    volume("late", "1Gi", "", "");
    run();
    assertEquals("Bound", at(claim, "/status/phase"));
  }

  @Test
  void aClaimThatWaitsForItsPodIsLeftToThePlanner() {
    storageClass("local", "WaitForFirstConsumer");
    volume("near", "1Gi", "local", "");
    ObjectKey claim = claim("data", "1Gi", "local", "");
    run();
    assertEquals("", at(claim, "/spec/volumeName"));
    assertEquals("Pending", at(claim, "/status/phase"));
    cluster.edit(claim, "", tree -> tree.withObjectProperty("spec").put("volumeName", "near"));
    run();
    assertEquals("Bound", at(claim, "/status/phase"));
  }

  @Test
  void twoClaimsNeverGetOneVolume() {
    ObjectKey one = claim("one", "1Gi", "", "");
    ObjectKey two = claim("two", "1Gi", "", "");
    volume("only", "1Gi", "", "");
    run();
    String phases = at(one, "/status/phase") + " " + at(two, "/status/phase");
    assertEquals(true, phases.equals("Bound Pending") || phases.equals("Pending Bound"), phases);
  }

  @Test
  void aVolumeIsReleasedWithItsClaimAndAClaimIsLostWithItsVolume() {
    ObjectKey volume = volume("v", "1Gi", "", "");
    ObjectKey claim = claim("data", "1Gi", "", "");
    run();
    cluster.api.commit(new Write.Delete(claim, 0, DeleteOptions.DEFAULTS));
    run();
    assertEquals("Released", at(volume, "/status/phase"));
    ObjectKey again = claim("data", "1Gi", "", "");
    run();
    assertEquals("Released", at(volume, "/status/phase"), "another of the same name is another");
    assertEquals("Pending", at(again, "/status/phase"));
    ObjectKey fresh = volume("fresh", "1Gi", "", "");
    run();
    assertEquals("Bound", at(again, "/status/phase"));
    cluster.api.commit(new Write.Delete(fresh, 0, DeleteOptions.DEFAULTS));
    run();
    assertEquals("Lost", at(again, "/status/phase"));
  }

  /** What Kubernetes' controller does without a plug-in that could delete or recycle anything. */
  @ParameterizedTest
  @CsvSource({
    "Retain,'',Released,",
    "Delete,'',Failed,VolumeFailedDelete",
    "Delete,example.com/disks,Released,",
    "Recycle,'',Failed,VolumeFailedRecycle",
  })
  void whatBecomesOfAVolumeWithoutClaimIsForItsPolicy(
      String policy, String provisioner, String phase, String event) {
    ObjectKey volume = volume("v", "1Gi", "", ",'persistentVolumeReclaimPolicy':'" + policy + "'");
    if (!provisioner.isEmpty()) {
      cluster.edit(
          volume,
          "",
          tree ->
              tree.withObjectProperty("metadata")
                  .withObjectProperty("annotations")
                  .put("pv.kubernetes.io/provisioned-by", provisioner));
    }
    ObjectKey claim = claim("data", "1Gi", "", "");
    run();
    assertEquals("Bound", at(volume, "/status/phase"));
    cluster.api.commit(new Write.Delete(claim, 0, DeleteOptions.DEFAULTS));
    run();
    assertEquals(phase, at(volume, "/status/phase"));
    assertEquals(event != null, !at(volume, "/status/message").isEmpty());
    assertEquals(
        event == null ? List.of() : List.of(event),
        cluster.all(ResourceType.EVENTS).values().stream()
            .filter(one -> one.at("/involvedObject/kind").asText().equals("PersistentVolume"))
            .map(one -> one.at("/reason").asText())
            .toList());
  }

  @Test
  void aVolumeKeptForAClaimGoesToThatClaim() {
    ObjectKey other = claim("other", "1Gi", "", "");
    volume("kept", "1Gi", "", ",'claimRef':{'namespace':'default','name':'data'}");
    run();
    assertEquals("Pending", at(other, "/status/phase"));
    ObjectKey claim = claim("data", "1Gi", "", "");
    run();
    assertEquals("kept", at(claim, "/spec/volumeName"));
  }
}
