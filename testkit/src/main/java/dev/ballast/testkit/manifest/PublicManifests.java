package dev.ballast.testkit.manifest;

import static java.util.Map.entry;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * The public manifests, which lie outside the repository ({@code manifests} under BALLAST_DATA),
 * and what is known about them.
 */
public final class PublicManifests {

  /**
   * Documents that Kubernetes refuses too, whatever the field validation, to the part of its
   * message that says why (validation in pkg/apis/core/validation and pkg/apis/apps/validation of
   * k8s.io/kubernetes; a wrong type is refused by the JSON decoder).
   */
  public static final Map<String, String> REFUSED =
      Map.ofEntries(
          // kustomize patches: parts of an object
          entry(
              "kruise-samples/lifecycle-hook-controller/config/default/manager_auth_proxy_patch.yaml#0",
              "spec.selector: Required value"),
          entry(
              "kruise-samples/lifecycle-hook-controller/config/default/manager_webhook_patch.yaml#0",
              "spec.selector: Required value"),
          entry(
              "online-boutique/kustomize/components/without-loadgenerator/delete-loadgenerator.patch.yaml#0",
              "spec.selector: Required value"),
          // a template: its name and labels hold {{placeholders}}
          entry(
              "kubernetes-examples/_archived/storage/vitess/vttablet-pod-template.yaml#0",
              "metadata.name: Invalid value: \"vttablet-{{uid}}\": a lowercase RFC 1123 subdomain"),
          // examples older than the rule that they break
          entry(
              "kubernetes-examples/_archived/volumes/aws_ebs/aws-ebs-web.yaml#0",
              "spec.containers[0].ports[0].protocol: Unsupported value: \"tcp\":"
                  + " supported values: \"SCTP\", \"TCP\", \"UDP\""),
          entry(
              "kubernetes-examples/_archived/volumes/cinder/cinder-web.yaml#0",
              "spec.containers[0].ports[0].protocol: Unsupported value: \"tcp\":"
                  + " supported values: \"SCTP\", \"TCP\", \"UDP\""),
          // <ADD LUN ID Here>
          entry(
              "kubernetes-examples/_archived/volumes/fibre_channel/fc.yaml#0",
              "json: cannot unmarshal string into Go struct field"
                  + " FCVolumeSource.spec.volumes.fc.lun of type int32"));

  /**
   * Documents with fields that no Kubernetes 1.33 knows, to those fields as JSON pointers. They are
   * accepted unless the client asks for strict field validation, and the fields are dropped.
   */
  public static final Map<String, Set<String>> UNKNOWN_FIELDS =
      Map.of(
          "kubernetes-examples/_archived/volumes/rbd/rbd.yaml#0",
          Set.of("/spec/volumes/0/rbd/imageformat", "/spec/volumes/0/rbd/imagefeatures"),
          "kubernetes-examples/_archived/volumes/scaleio/pod.yaml#0",
          Set.of("/spec/volumes/0/scaleIO/protectionDoamin"),
          "kubernetes-examples/_archived/volumes/storageos/storageos-pod.yaml#0",
          Set.of("/spec/volumes/0/storageos/pool"),
          "kubernetes-examples/_archived/volumes/storageos/storageos-pv.yaml#0",
          Set.of("/spec/storageos/secretName"));

  private PublicManifests() {}

  /** Their folder; empty, which is said, where there is none. */
  public static Optional<Path> folder() {
    String data = System.getenv("BALLAST_DATA");
    if (data == null) {
      System.out.println("BALLAST_DATA is not set: the public manifests are not checked");
    }
    return Optional.ofNullable(data).map(d -> Path.of(d, "manifests"));
  }

  /** Every document of every file that parses, in the order of the files' names. */
  public static List<PublicManifest> in(Path folder) {
    List<PublicManifest> documents = new ArrayList<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file :
          files.filter(f -> f.toString().matches(".*\\.(ya?ml|json)")).sorted().toList()) {
        List<ObjectNode> parsed = parse(Files.readString(file));
        for (int i = 0; i < parsed.size(); i++) {
          documents.add(
              new PublicManifest(folder.relativize(file).toString() + "#" + i, parsed.get(i)));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return documents;
  }

  private static List<ObjectNode> parse(String text) {
    try {
      return YamlDocuments.in(text);
    } catch (YAMLException template) {
      return List.of();
    }
  }
}
