package dev.ballast.kinds.builtin;

import static dev.ballast.kinds.builtin.Columns.AGE;
import static dev.ballast.kinds.builtin.Columns.NAME;
import static dev.ballast.kinds.builtin.Columns.text;
import static dev.ballast.kinds.builtin.Columns.wide;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ballast.kinds.Column;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * The columns of volumes, claims and storage classes, as printPersistentVolume,
 * printPersistentVolumeClaim and printStorageClass of Kubernetes 1.33 have them, and of pod groups.
 * Pure.
 */
final class StorageColumns {

  static final List<Column> VOLUME =
      List.of(
          NAME,
          text("Capacity", "How much it holds.", at("/spec/capacity/storage")),
          text("Access Modes", "How it may be mounted.", pv -> modes(pv.at("/spec/accessModes"))),
          text(
              "Reclaim Policy",
              "What becomes of it once released.",
              at("/spec/persistentVolumeReclaimPolicy")),
          text("Status", "Whether it is free, bound or released.", at("/status/phase")),
          text("Claim", "The claim that it is bound to.", StorageColumns::claim),
          text("StorageClass", "The class it is of.", at("/spec/storageClassName")),
          text(
              "VolumeAttributesClass",
              "The class of its attributes.",
              orUnset("/spec/volumeAttributesClassName")),
          text("Reason", "Why it is in that status.", at("/status/reason")),
          AGE,
          wide("VolumeMode", "Filesystem or Block.", orUnset("/spec/volumeMode")));

  static final List<Column> CLAIM =
      List.of(
          NAME,
          text("Status", "Pending, Bound or Lost.", at("/status/phase")),
          text("Volume", "The volume that fulfils it.", at("/spec/volumeName")),
          text("Capacity", "How much it got.", at("/status/capacity/storage")),
          text("Access Modes", "How it may be mounted.", c -> modes(c.at("/status/accessModes"))),
          text("StorageClass", "The class it asks for.", at("/spec/storageClassName")),
          text(
              "VolumeAttributesClass",
              "The class of its attributes.",
              orUnset("/spec/volumeAttributesClassName")),
          AGE,
          wide("VolumeMode", "Filesystem or Block.", orUnset("/spec/volumeMode")));

  static final List<Column> CLASS =
      List.of(
          NAME,
          text("Provisioner", "Who makes the volumes.", at("/provisioner")),
          text("ReclaimPolicy", "What becomes of released volumes.", at("/reclaimPolicy")),
          text("VolumeBindingMode", "When claims are bound.", at("/volumeBindingMode")),
          text(
              "AllowVolumeExpansion",
              "Whether volumes may grow.",
              one -> Boolean.toString(one.path("allowVolumeExpansion").asBoolean())),
          AGE);

  static final List<Column> POD_GROUP =
      List.of(
          NAME,
          text("MinMember", "So many pods start together.", at("/spec/minMember")),
          text("Phase", "How far it is.", at("/status/phase")),
          AGE);

  private StorageColumns() {}

  private static Function<JsonNode, String> at(String pointer) {
    return document -> document.at(pointer).asText("");
  }

  private static Function<JsonNode, String> orUnset(String pointer) {
    return document -> document.at(pointer).asText("<unset>");
  }

  private static String claim(JsonNode volume) {
    JsonNode claim = volume.at("/spec/claimRef");
    return claim.isObject()
        ? claim.path("namespace").asText() + "/" + claim.path("name").asText()
        : "";
  }

  private static String modes(JsonNode modes) {
    List<String> names = new ArrayList<>();
    for (JsonNode mode : modes) {
      names.add(
          switch (mode.asText()) {
            case "ReadWriteOnce" -> "RWO";
            case "ReadOnlyMany" -> "ROX";
            case "ReadWriteMany" -> "RWX";
            case "ReadWriteOncePod" -> "RWOP";
            default -> mode.asText();
          });
    }
    return String.join(",", names);
  }
}
