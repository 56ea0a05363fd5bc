package dev.ballast.control.account;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.control.informer.Cached;
import dev.ballast.control.informer.Informer;
import dev.ballast.control.informer.Informers;
import dev.ballast.control.meta.Meta;
import dev.ballast.control.runner.Controller;
import dev.ballast.control.runner.Reconciler;
import dev.ballast.control.runner.Trigger;
import dev.ballast.core.action.Action;
import dev.ballast.core.action.Decision;
import dev.ballast.core.model.Absent;
import dev.ballast.core.model.ObjectMeta;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.status.Failure;
import dev.ballast.core.time.Now;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Every namespace has a ServiceAccount {@code default} and a ConfigMap {@code kube-root-ca.crt}
 * with the cluster's CA; both come back when somebody deletes them. Pure but for its wiring.
 */
public final class NamespaceGifts implements Reconciler<NamespaceGifts.View> {

  static final String ACCOUNT = "default";
  static final String ROOT_CA = "kube-root-ca.crt";
  private static final String DESCRIPTION =
      "Contains a CA bundle that can be used to verify the kube-apiserver when using internal"
          + " endpoints such as the internal service IP or kubernetes.default.svc. No other usage"
          + " is guaranteed across distributions of Kubernetes clusters.";

  record ConfigMap(ObjectMeta metadata, Map<String, String> data) {
    ConfigMap {
      data = Absent.map(data);
    }
  }

  record View(Cached<Meta> namespace, boolean hasAccount, Optional<Cached<ConfigMap>> rootCa) {}

  private final String caPem;

  NamespaceGifts(String caPem) {
    this.caPem = caPem;
  }

  /**
   * @param caPem the cluster's CA certificate
   */
  public static Controller<?> controller(Informers informers, String caPem) {
    Informer<Meta> namespaces = informers.of(ResourceType.NAMESPACES, Meta.class);
    Informer<Meta> accounts = informers.of(ResourceType.SERVICE_ACCOUNTS, Meta.class);
    Informer<ConfigMap> maps = informers.of(ResourceType.CONFIG_MAPS, ConfigMap.class);
    return new Controller<>(
        "serviceaccount",
        List.of(
            Trigger.itself(namespaces),
            Trigger.each(accounts, account -> namespaceOf(account, ACCOUNT)),
            Trigger.each(maps, map -> namespaceOf(map, ROOT_CA))),
        (ObjectKey key, Optional<Failure> refusal) ->
            namespaces
                .get(key)
                .filter(namespace -> !namespace.value().isDeleting())
                .map(
                    namespace ->
                        new View(
                            namespace,
                            accounts.get(accountKey(key.name())).isPresent(),
                            maps.get(mapKey(key.name())))),
        new NamespaceGifts(caPem));
  }

  private static Collection<ObjectKey> namespaceOf(Cached<?> object, String name) {
    return object.key().name().equals(name)
        ? List.of(ObjectKey.cluster(ResourceType.NAMESPACES, object.key().namespace()))
        : List.of();
  }

  private static ObjectKey accountKey(String namespace) {
    return new ObjectKey(ResourceType.SERVICE_ACCOUNTS, namespace, ACCOUNT);
  }

  private static ObjectKey mapKey(String namespace) {
    return new ObjectKey(ResourceType.CONFIG_MAPS, namespace, ROOT_CA);
  }

  @Override
  public Decision<Action> reconcile(View view, Now now) {
    String namespace = view.namespace().key().name();
    List<Action> actions = new ArrayList<>();
    if (!view.hasAccount()) {
      actions.add(
          new Action.Create(accountKey(namespace), document("ServiceAccount", namespace, ACCOUNT)));
    }
    if (view.rootCa().isEmpty()) {
      ObjectNode map = document("ConfigMap", namespace, ROOT_CA);
      map.withObject("/metadata")
          .putObject("annotations")
          .put("kubernetes.io/description", DESCRIPTION);
      map.putObject("data").put("ca.crt", caPem);
      actions.add(new Action.Create(mapKey(namespace), map));
    } else if (!view.rootCa().get().value().data().equals(Map.of("ca.crt", caPem))) {
      ObjectNode patch = Json.object();
      ObjectNode data = patch.putObject("data");
      view.rootCa().get().value().data().keySet().forEach(data::putNull);
      data.put("ca.crt", caPem);
      actions.add(new Action.Patch(mapKey(namespace), view.rootCa().get().revision(), "", patch));
    }
    return Decision.of(actions);
  }

  private static ObjectNode document(String kind, String namespace, String name) {
    ObjectNode document = Json.object().put("apiVersion", "v1").put("kind", kind);
    document.putObject("metadata").put("name", name).put("namespace", namespace);
    return document;
  }
}
