package dev.ballast.testkit.manifest;

import static java.util.Map.entry;

import java.util.Map;

/**
 * What is known about the public manifests, which lie outside the repository: {@code manifests}
 * under BALLAST_DATA. Constants.
 */
public final class PublicManifests {

  /** File and document number to why Kubernetes refuses it too. */
  public static final Map<String, String> REFUSED =
      Map.ofEntries(
          entry(
              "kruise-samples/lifecycle-hook-controller/config/default/manager_auth_proxy_patch.yaml#0",
              "a kustomize patch: no selector, no image"),
          entry(
              "kruise-samples/lifecycle-hook-controller/config/default/manager_webhook_patch.yaml#0",
              "a kustomize patch: no selector, no image"),
          entry(
              "online-boutique/kustomize/components/without-loadgenerator/delete-loadgenerator.patch.yaml#0",
              "a kustomize patch: nothing but $patch: delete"),
          entry(
              "kubernetes-examples/_archived/storage/vitess/vttablet-pod-template.yaml#0",
              "a template: its name and labels hold {{placeholders}}"),
          entry(
              "kubernetes-examples/_archived/volumes/aws_ebs/aws-ebs-web.yaml#0",
              "protocol tcp: only TCP is supported"),
          entry(
              "kubernetes-examples/_archived/volumes/cinder/cinder-web.yaml#0",
              "protocol tcp: only TCP is supported"),
          entry(
              "kubernetes-examples/_archived/volumes/fibre_channel/fc.yaml#0",
              "lun is a text, not a number"),
          entry(
              "kubernetes-examples/_archived/volumes/rbd/rbd.yaml#0",
              "unknown fields imageformat and imagefeatures under strict field validation"),
          entry(
              "kubernetes-examples/_archived/volumes/scaleio/pod.yaml#0",
              "unknown field protectionDoamin, a misspelling, under strict field validation"),
          entry(
              "kubernetes-examples/_archived/volumes/storageos/storageos-pod.yaml#0",
              "unknown field pool under strict field validation"));

  private PublicManifests() {}
}
