package dev.ballast.kinds.engine;

import static dev.ballast.kinds.engine.Cluster.OPTIONS;
import static dev.ballast.kinds.engine.Cluster.failed;
import static dev.ballast.kinds.engine.Cluster.json;
import static dev.ballast.kinds.engine.Cluster.kind;
import static dev.ballast.kinds.engine.Cluster.stored;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.identity.User;
import dev.ballast.core.status.Failure;
import dev.ballast.kinds.Resources.FieldValidation;
import dev.ballast.kinds.Resources.Outcome;
import dev.ballast.kinds.Resources.PatchType;
import dev.ballast.kinds.Resources.WriteOptions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Creating, replacing and patching. */
class AdmittedResourcesTest {

  private static final String DEPLOYMENT =
      "{'metadata':{'name':'d'},'spec':{'replicas':2,'selector':{'matchLabels':{'a':'b'}},"
          + "'template':{'metadata':{'labels':{'a':'b'}},"
          + "'spec':{'containers':[{'name':'c','image':'x'}]}}}}";

  private final Cluster cluster = new Cluster();

  @Test
  void aNewObjectGetsItsSystemFields() {
    Outcome outcome =
        cluster.create(
            "ConfigMap",
            "{'metadata':{'name':'a','uid':'mine','creationTimestamp':'2001-01-01T00:00:00Z',"
                + "'generation':9,'selfLink':'x','managedFields':[{'manager':'m'}],"
                + "'deletionTimestamp':'2001-01-01T00:00:00Z'},'data':{'k':'v'}}");
    assertTrue(assertInstanceOf(Outcome.Stored.class, outcome).created());
    ObjectNode map = stored(outcome);
    assertEquals("v1", map.path("apiVersion").asText());
    assertEquals("ConfigMap", map.path("kind").asText());
    assertEquals("default", map.at("/metadata/namespace").asText());
    assertEquals(Cluster.START, map.at("/metadata/creationTimestamp").asText());
    assertEquals(36, map.at("/metadata/uid").asText().length());
    for (String dropped : List.of("generation", "selfLink", "managedFields", "deletionTimestamp")) {
      assertTrue(map.path("metadata").path(dropped).isMissingNode(), dropped);
    }
    assertEquals(Optional.of(map), cluster.get("ConfigMap", "a"));
  }

  @ParameterizedTest(name = "{1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      textBlock =
          """
          ConfigMap | {'apiVersion':'v2','metadata':{'name':'a'}} | 400 | the API version in the data (v2) does not match the expected API version (v1)
          ConfigMap | {'kind':'Pod','metadata':{'name':'a'}} | 400 | Pod in version "v1" cannot be handled as a ConfigMap
          ConfigMap | {'metadata':{'name':'a','namespace':'b'}} | 400 | the namespace of the provided object does not match the namespace sent on the request
          ConfigMap | {'metadata':{'name':'a','resourceVersion':'7'}} | 400 | resourceVersion should not be set on objects to be created
          ConfigMap | {'metadata':{}} | 422 | ConfigMap "" is invalid: metadata.name: Required value: name or generateName is required
          ConfigMap | {} | 422 | ConfigMap "" is invalid: metadata.name: Required value: name or generateName is required
          ConfigMap | {'metadata':{'name':'A_b'}} | 422 | ConfigMap "A_b" is invalid: metadata.name: Invalid value: "A_b": a lowercase RFC 1123 subdomain
          ConfigMap | {'metadata':{'name':'a'},'data':{'k':1}} | 400 | ConfigMap in version "v1" cannot be handled as a ConfigMap: json: cannot unmarshal number into Go struct field ConfigMap.data of type string
          ConfigMap | {'metadata':'a'} | 400 | json: cannot unmarshal string
          ConfigMap | {'metadata':{'name':'a','labels':{'-':'x'}}} | 422 | metadata.labels: Invalid value
          Pod | {'metadata':{'name':'a'},'spec':{}} | 422 | Pod "a" is invalid: spec.containers: Required value
          Pod | {'metadata':{'name':'a'},'spec':{'containers':[{'name':'c','image':'x','resources':{'requests':{'cpu':'-1'}}}]}} | 422 | must be greater than or equal to 0
          Namespace | {'metadata':{'name':'a.b'}} | 422 | Namespace "a.b" is invalid
          """)
  void badObjectsAreRefused(String kind, String body, int code, String message) {
    long revision = cluster.store.revision();
    Failure failure = failed(cluster.create(kind, body));
    assertEquals(code, failure.code(), failure.message());
    assertTrue(failure.message().contains(message), failure.message());
    assertEquals(revision, cluster.store.revision(), "nothing is stored");
  }

  @Test
  void aJobIsTiedToItsPodsByItsOwnUid() {
    String spec =
        "'spec':{'template':{'spec':{'restartPolicy':'Never','containers':[{'name':'c','image':'x'}]}}}}";
    ObjectNode job = cluster.created("Job", "{'metadata':{'name':'j','uid':'mine'}," + spec);
    String uid = job.at("/metadata/uid").asText();
    String label = "batch.kubernetes.io/controller-uid";
    assertEquals(36, uid.length());
    assertEquals(uid, job.at("/spec/selector/matchLabels").path(label).asText());
    assertEquals(uid, job.at("/spec/template/metadata/labels").path(label).asText());
    assertEquals("j", job.at("/metadata/labels").path("batch.kubernetes.io/job-name").asText());
  }

  @Test
  void aNameIsTakenOnce() {
    cluster.created("ConfigMap", "{'metadata':{'name':'a'}}");
    Failure failure = failed(cluster.create("ConfigMap", "{'metadata':{'name':'a'}}"));
    assertEquals(409, failure.code());
    assertEquals("AlreadyExists", failure.reason());
    assertEquals("configmaps \"a\" already exists", failure.message());
    assertEquals("configmaps", failure.details().kind());
    assertEquals("a", failure.details().name());
  }

  @Test
  void namesAreGenerated() {
    String body = "{'metadata':{'generateName':'%s'}}";
    String name =
        cluster.created("ConfigMap", body.formatted("job-")).at("/metadata/name").asText();
    assertTrue(name.matches("job-[a-z0-9]{5}"), name);
    String prefix = "x".repeat(80);
    String longest =
        cluster.created("ConfigMap", body.formatted(prefix)).at("/metadata/name").asText();
    assertEquals(63, longest.length());
  }

  @Test
  void aDryRunStoresNothing() {
    WriteOptions dry = new WriteOptions(true, FieldValidation.IGNORE, "", User.CONTROL_PLANE);
    long revision = cluster.store.revision();
    Outcome.Stored created =
        assertInstanceOf(
            Outcome.Stored.class,
            cluster.resources.create(kind("Deployment"), "default", json(DEPLOYMENT), dry));
    assertTrue(created.created());
    assertFalse(stored(created).at("/metadata/uid").isMissingNode());
    assertTrue(stored(created).at("/metadata/resourceVersion").isMissingNode());
    assertEquals(revision, cluster.store.revision());

    ObjectNode real = cluster.created("Deployment", DEPLOYMENT);
    revision = cluster.store.revision();
    ObjectNode patched =
        stored(
            cluster.resources.patch(
                kind("Deployment"),
                "default",
                "d",
                "",
                PatchType.MERGE,
                json("{'spec':{'replicas':5}}"),
                dry));
    assertEquals(5, patched.at("/spec/replicas").asInt());
    assertEquals(real.at("/metadata/resourceVersion"), patched.at("/metadata/resourceVersion"));
    assertEquals(revision, cluster.store.revision());
  }

  @ParameterizedTest
  @CsvSource({"IGNORE,0", "WARN,2", "STRICT,0"})
  void unknownAndDuplicateFields(FieldValidation validation, int warnings) {
    WriteOptions options =
        new WriteOptions(
            false, validation, "", User.CONTROL_PLANE, List.of("duplicate field \"data.a\""));
    Outcome outcome =
        cluster.resources.create(
            kind("ConfigMap"), "default", json("{'metadata':{'name':'a','foo':1}}"), options);
    if (validation == FieldValidation.STRICT) {
      assertEquals(400, failed(outcome).code());
      assertEquals(
          "ConfigMap in version \"v1\" cannot be handled as a ConfigMap: strict decoding error:"
              + " duplicate field \"data.a\", unknown field \"metadata.foo\"",
          failed(outcome).message());
    } else {
      assertTrue(stored(outcome).at("/metadata/foo").isMissingNode());
      assertEquals(warnings, assertInstanceOf(Outcome.Stored.class, outcome).warnings().size());
    }
  }

  @Test
  void aStaleUpdateIsAConflict() {
    ObjectNode first = cluster.created("ConfigMap", "{'metadata':{'name':'a'},'data':{'k':'1'}}");
    cluster.patch("ConfigMap", "a", "", "{'data':{'k':'2'}}");
    Failure failure = failed(cluster.update("ConfigMap", "", first));
    assertEquals(409, failure.code());
    assertEquals("Conflict", failure.reason());
    assertEquals(
        "Operation cannot be fulfilled on configmaps \"a\": the object has been modified; please"
            + " apply your changes to the latest version and try again",
        failure.message());
    Failure patched =
        failed(
            cluster.patch(
                "ConfigMap",
                "a",
                "",
                "{'metadata':{'resourceVersion':'%s'},'data':{'k':'3'}}"
                    .formatted(first.at("/metadata/resourceVersion").asText())));
    assertEquals(409, patched.code());
    assertEquals("2", cluster.get("ConfigMap", "a").orElseThrow().at("/data/k").asText());
  }

  @Test
  void anUpdateWithoutVersionOverwrites() {
    cluster.created("ConfigMap", "{'metadata':{'name':'a'},'data':{'k':'1'}}");
    cluster.patch("ConfigMap", "a", "", "{'data':{'k':'2'}}");
    ObjectNode body = json("{'metadata':{'name':'a'},'data':{'k':'3'}}");
    assertEquals("3", stored(cluster.update("ConfigMap", "", body)).at("/data/k").asText());
  }

  @Test
  void anotherUidIsAConflict() {
    cluster.created("ConfigMap", "{'metadata':{'name':'a'}}");
    ObjectNode body = json("{'metadata':{'name':'a','uid':'other'}}");
    Failure failure = failed(cluster.update("ConfigMap", "", body));
    assertEquals(409, failure.code());
    assertTrue(failure.message().contains("Precondition failed: UID in precondition: other"));
  }

  @Test
  void whatIsNotThereIsNotFound() {
    Failure failure = failed(cluster.patch("Deployment", "d", "", "{}"));
    assertEquals(404, failure.code());
    assertEquals("deployments.apps \"d\" not found", failure.message());
    assertEquals("apps", failure.details().group());
    assertEquals(404, failed(cluster.update("Deployment", "", json(DEPLOYMENT))).code());
    assertEquals(404, failed(cluster.delete("Deployment", "d")).code());
  }

  @Test
  void systemFieldsStayWhatTheyAre() {
    ObjectNode first = cluster.created("Deployment", DEPLOYMENT);
    ObjectNode patched =
        stored(
            cluster.patch(
                "Deployment",
                "d",
                "",
                "{'metadata':{'creationTimestamp':'2001-01-01T00:00:00Z','generation':7,"
                    + "'deletionTimestamp':'2001-01-01T00:00:00Z','labels':{'l':'1'}}}"));
    for (String kept : List.of("uid", "creationTimestamp", "generation", "name", "namespace")) {
      assertEquals(first.path("metadata").get(kept), patched.path("metadata").get(kept), kept);
    }
    assertTrue(patched.at("/metadata/deletionTimestamp").isMissingNode());
    assertEquals("1", patched.at("/metadata/labels/l").asText());
  }

  @Test
  void theGenerationCountsChangesOfTheSpec() {
    assertEquals(1, cluster.created("Deployment", DEPLOYMENT).at("/metadata/generation").asInt());
    assertEquals(2, generationAfter("", "{'spec':{'replicas':3}}"));
    assertEquals(2, generationAfter("", "{'metadata':{'labels':{'l':'1'}}}"));
    assertEquals(2, generationAfter("status", "{'status':{'replicas':3}}"));
    assertEquals(2, generationAfter("", "{'spec':{'replicas':3}}"));
    assertEquals(3, generationAfter("", "{'spec':{'paused':true}}"));
  }

  private int generationAfter(String subresource, String patch) {
    return stored(cluster.patch("Deployment", "d", subresource, patch))
        .at("/metadata/generation")
        .asInt();
  }

  @Test
  void aWriteThatChangesNothingKeepsTheVersion() {
    ObjectNode first = cluster.created("Deployment", DEPLOYMENT);
    long revision = cluster.store.revision();
    assertEquals(first, stored(cluster.update("Deployment", "", first)));
    assertEquals(first, stored(cluster.update("Deployment", "", json(DEPLOYMENT))));
    assertEquals(first, stored(cluster.patch("Deployment", "d", "", "{'spec':{'replicas':2}}")));
    assertEquals(revision, cluster.store.revision());
  }

  @Test
  void specAndStatusAreWrittenApart() {
    cluster.created("Deployment", DEPLOYMENT);
    String both = "{'spec':{'replicas':4},'status':{'replicas':9}}";
    ObjectNode spec = stored(cluster.patch("Deployment", "d", "", both));
    assertEquals(4, spec.at("/spec/replicas").asInt());
    assertEquals(0, spec.at("/status/replicas").asInt());
    String other =
        "{'metadata':{'annotations':{'n':'1'},'labels':{'l':'1'}},"
            + "'spec':{'replicas':5},'status':{'replicas':9}}";
    ObjectNode status = stored(cluster.patch("Deployment", "d", "status", other));
    assertEquals(4, status.at("/spec/replicas").asInt());
    assertEquals(9, status.at("/status/replicas").asInt());
    assertEquals("1", status.at("/metadata/annotations/n").asText());
    assertTrue(status.at("/metadata/labels").isMissingNode());
  }

  @Test
  void aScaleIsAViewOnTheReplicas() {
    ObjectNode deployment = cluster.created("Deployment", DEPLOYMENT);
    ObjectNode scale = Scales.of(deployment);
    assertEquals("autoscaling/v1", scale.path("apiVersion").asText());
    assertEquals(2, scale.at("/spec/replicas").asInt());
    assertEquals("a=b", scale.at("/status/selector").asText());
    scale.withObjectProperty("spec").put("replicas", 7);
    ObjectNode answer = stored(cluster.update("Deployment", "scale", scale));
    assertEquals("Scale", answer.path("kind").asText());
    assertEquals(7, answer.at("/spec/replicas").asInt());
    ObjectNode scaled = cluster.get("Deployment", "d").orElseThrow();
    assertEquals(7, scaled.at("/spec/replicas").asInt());
    assertEquals(2, scaled.at("/metadata/generation").asInt());
    assertEquals(
        deployment.at("/spec/template"), scaled.at("/spec/template"), "all else is untouched");

    assertEquals(409, failed(cluster.update("Deployment", "scale", scale)).code());
    ObjectNode patched =
        stored(cluster.patch("Deployment", "d", "scale", "{'spec':{'replicas':0}}"));
    assertEquals(0, patched.at("/spec/replicas").asInt());
    Failure negative =
        failed(cluster.patch("Deployment", "d", "scale", "{'spec':{'replicas':-1}}"));
    assertEquals(422, negative.code());
    assertEquals(
        "Scale.autoscaling \"d\" is invalid: spec.replicas: Invalid value: -1: must be greater"
            + " than or equal to 0",
        negative.message());
  }

  @Test
  void aBrokenPatchChangesNothing() {
    ObjectNode before = cluster.created("Deployment", DEPLOYMENT);
    Failure failure =
        failed(
            cluster.resources.patch(
                kind("Deployment"),
                "default",
                "d",
                "",
                PatchType.JSON,
                json("{'p':[{'op':'remove','path':'/nope'}]}").get("p"),
                OPTIONS));
    assertEquals(422, failure.code());
    assertEquals(Optional.of(before), cluster.get("Deployment", "d"));
  }

  @Test
  void aPatchThatMakesNonsenseShowsIt() {
    cluster.created("ConfigMap", "{'metadata':{'name':'a'}}");
    Failure failure = failed(cluster.patch("ConfigMap", "a", "", "{'data':{'k':1}}"));
    assertEquals(422, failure.code());
    assertEquals("Invalid", failure.reason());
    assertTrue(failure.message().startsWith(" \"\" is invalid: patch: Invalid value: \"{"));
    assertTrue(
        failure
            .message()
            .endsWith(
                "json: cannot unmarshal number into Go struct field ConfigMap.data of type"
                    + " string"));
    assertEquals("patch", failure.details().causes().getFirst().field());
  }

  @Test
  void aNewObjectHasAnotherUid() {
    String first =
        cluster.created("ConfigMap", "{'metadata':{'name':'a'}}").at("/metadata/uid").asText();
    cluster.delete("ConfigMap", "a");
    String second =
        cluster.created("ConfigMap", "{'metadata':{'name':'a'}}").at("/metadata/uid").asText();
    assertNotEquals(first, second);
  }

  @Test
  void aClosedStoreIsUnavailable() {
    cluster.store.close();
    Failure failure = failed(cluster.create("ConfigMap", "{'metadata':{'name':'a'}}"));
    assertEquals(503, failure.code());
    assertEquals("ServiceUnavailable", failure.reason());
  }
}
