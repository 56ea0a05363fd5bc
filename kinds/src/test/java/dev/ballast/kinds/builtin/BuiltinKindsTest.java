package dev.ballast.kinds.builtin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ballast.core.resource.ResourceType;
import dev.ballast.kinds.Kind;
import dev.ballast.kinds.schema.Rules;
import dev.ballast.kinds.schema.Schema;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BuiltinKindsTest {

  private final BuiltinKinds kinds = new BuiltinKinds();

  @ParameterizedTest
  @CsvSource({
    "'',Namespace,namespaces,ns,false",
    "'',Node,nodes,no,false",
    "'',Pod,pods,po,true",
    "'',PersistentVolume,persistentvolumes,pv,false",
    "'',PersistentVolumeClaim,persistentvolumeclaims,pvc,true",
    "storage.k8s.io,StorageClass,storageclasses,sc,false",
    "'',Service,services,svc,true",
    "'',Endpoints,endpoints,ep,true",
    "'',ConfigMap,configmaps,cm,true",
    "'',Secret,secrets,,true",
    "'',ServiceAccount,serviceaccounts,sa,true",
    "'',Event,events,ev,true",
    "apps,Deployment,deployments,deploy,true",
    "apps,ReplicaSet,replicasets,rs,true",
    "batch,Job,jobs,,true",
    "policy,PodDisruptionBudget,poddisruptionbudgets,pdb,true",
    "discovery.k8s.io,EndpointSlice,endpointslices,,true",
    "coordination.k8s.io,Lease,leases,,true",
    "scheduling.k8s.io,PriorityClass,priorityclasses,pc,false",
    "authorization.k8s.io,SelfSubjectAccessReview,selfsubjectaccessreviews,,false",
    "authorization.k8s.io,SelfSubjectRulesReview,selfsubjectrulesreviews,,false",
    "authentication.k8s.io,SelfSubjectReview,selfsubjectreviews,,false",
    "ballast.dev,SchedulingProfile,schedulingprofiles,sprof,false",
    "ballast.dev,PlacementReport,placementreports,pr,true",
    "ballast.dev,PlacementPlan,placementplans,,true"
  })
  void servesTheKind(
      String group, String name, String plural, String shortName, boolean namespaced) {
    Kind kind = kinds.byKind(group, "v1", name).orElseThrow();
    assertEquals(kind, kinds.byPlural(group, "v1", plural).orElseThrow());
    assertEquals(kind, kinds.stored(new ResourceType(group, plural)).orElseThrow());
    assertEquals(shortName == null ? List.of() : List.of(shortName), kind.shortNames());
    assertEquals(namespaced, kind.namespaced());
  }

  @Test
  void listsTheCoreGroupFirstThenByName() {
    List<String> order = kinds.all().stream().map(k -> k.group() + "/" + k.plural()).toList();
    assertEquals(order.stream().sorted().toList(), order);
    assertEquals(26, order.stream().filter(kind -> !kind.startsWith("ballast.dev/")).count());
  }

  @Test
  void reviewsCanOnlyBeCreated() {
    Kind review =
        kinds.byKind("authorization.k8s.io", "v1", "SelfSubjectAccessReview").orElseThrow();
    assertEquals(Set.of("create"), review.verbs());
  }

  @Test
  void everyTypeHasFieldsAndEveryRuleExists() {
    for (Schema.ObjectType type : kinds.types().all()) {
      type.fields().values().stream()
          .map(Schema.Field::rule)
          .filter(rule -> !rule.isEmpty())
          .forEach(Rules::named);
    }
    Schema.ObjectType container = kinds.type("core.v1.Container");
    Schema.ListType ports = (Schema.ListType) container.fields().get("ports").schema();
    assertEquals(List.of("containerPort"), ports.mergeKeys());
    assertEquals(List.of("containerPort", "protocol"), ports.mapKeys());
    assertTrue(kinds.type("meta.v1.LabelSelector").atomic());
    assertFalse(container.atomic());
    assertEquals(
        "io.k8s.apimachinery.pkg.apis.meta.v1.Status", kinds.type("meta.v1.Status").name());
  }
}
