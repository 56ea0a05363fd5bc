package dev.ballast.kinds.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.identity.Ids;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.status.Failure;
import dev.ballast.core.status.Failure.Details;
import dev.ballast.core.status.Failures;
import dev.ballast.kinds.admission.Review.Operation;
import java.util.List;
import java.util.Optional;

/**
 * Every pod runs as a ServiceAccount of its namespace and, unless the pod or the account declines,
 * finds the account's token, the cluster's CA and its namespace mounted in each container.
 */
final class PodIdentity implements Admission {

  static final String MOUNT_PATH = "/var/run/secrets/kubernetes.io/serviceaccount";
  private static final String ROOT_CA = "kube-root-ca.crt";

  /** One hour and a bit, as Kubernetes asks for; the agent renews it in time. */
  private static final int TOKEN_SECONDS = 3607;

  private static final int MODE_0644 = 420;

  private final Ids ids;

  PodIdentity(Ids ids) {
    this.ids = ids;
  }

  @Override
  public Optional<Failure> admit(Review review, State state) {
    if (!review.is(Operation.CREATE, ResourceType.PODS)) {
      return Optional.empty();
    }
    ObjectNode spec = review.document().withObjectProperty("spec");
    String name = spec.path("serviceAccountName").asText("");
    if (name.isEmpty()) {
      name = "default";
    }
    spec.put("serviceAccountName", name).put("serviceAccount", name);
    ObjectKey accountKey =
        new ObjectKey(ResourceType.SERVICE_ACCOUNTS, review.key().namespace(), name);
    Optional<ObjectNode> account = state.get(accountKey);
    if (account.isEmpty()) {
      return Optional.of(missing(review.key(), accountKey));
    }
    if (spec.path("imagePullSecrets").isEmpty() && account.get().has("imagePullSecrets")) {
      spec.set("imagePullSecrets", account.get().get("imagePullSecrets"));
    }
    if (mounts(spec, account.get())) {
      mount(spec);
    }
    return Optional.empty();
  }

  /** A new namespace gets its account a moment later, so it is worth another try. */
  private static Failure missing(ObjectKey pod, ObjectKey account) {
    Failure forbidden =
        Failures.forbidden(
            pod,
            "error looking up service account %s/%s: serviceaccount \"%s\" not found"
                .formatted(account.namespace(), account.name(), account.name()));
    Details details = forbidden.details();
    return new Failure(
        forbidden.code(),
        forbidden.reason(),
        forbidden.message(),
        new Details(details.name(), details.group(), details.kind(), "", List.of(), 1));
  }

  private static boolean mounts(ObjectNode spec, ObjectNode account) {
    String field = "automountServiceAccountToken";
    return spec.has(field)
        ? spec.path(field).asBoolean()
        : !account.has(field) || account.path(field).asBoolean();
  }

  private void mount(ObjectNode spec) {
    String volume = "kube-api-access-" + ids.suffix(5);
    boolean mounted = false;
    for (String list : List.of("initContainers", "containers")) {
      for (JsonNode container : spec.path(list)) {
        mounted |= mount((ObjectNode) container, volume);
      }
    }
    if (mounted) {
      volume(spec.withArrayProperty("volumes").addObject(), volume);
    }
  }

  /** A container that mounts something there already keeps it. */
  private static boolean mount(ObjectNode container, String volume) {
    ArrayNode mounts = container.withArrayProperty("volumeMounts");
    for (JsonNode mount : mounts) {
      if (mount.path("mountPath").asText().equals(MOUNT_PATH)) {
        return false;
      }
    }
    mounts.addObject().put("name", volume).put("readOnly", true).put("mountPath", MOUNT_PATH);
    return true;
  }

  private static void volume(ObjectNode volume, String name) {
    volume.put("name", name);
    ObjectNode projected = volume.putObject("projected");
    ArrayNode sources = projected.putArray("sources");
    sources
        .addObject()
        .putObject("serviceAccountToken")
        .put("expirationSeconds", TOKEN_SECONDS)
        .put("path", "token");
    ObjectNode authority = sources.addObject().putObject("configMap");
    authority.put("name", ROOT_CA);
    authority.putArray("items").addObject().put("key", "ca.crt").put("path", "ca.crt");
    ObjectNode namespace =
        sources.addObject().putObject("downwardAPI").putArray("items").addObject();
    namespace.put("path", "namespace");
    namespace.putObject("fieldRef").put("apiVersion", "v1").put("fieldPath", "metadata.namespace");
    projected.put("defaultMode", MODE_0644);
  }
}
