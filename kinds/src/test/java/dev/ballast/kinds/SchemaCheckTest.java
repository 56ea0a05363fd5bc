package dev.ballast.kinds;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.resource.Json;
import dev.ballast.kinds.builtin.BuiltinKinds;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SchemaCheckTest {

  private static final BuiltinKinds KINDS = new BuiltinKinds();
  private static final Kind DEPLOYMENT = KINDS.byKind("apps", "v1", "Deployment").orElseThrow();
  private static final Kind POD = KINDS.byKind("", "v1", "Pod").orElseThrow();
  private static final Kind SECRET = KINDS.byKind("", "v1", "Secret").orElseThrow();

  /** JSON with single quotes for readability. */
  static ObjectNode json(String text) {
    try {
      return (ObjectNode) Json.MAPPER.readTree(text.replace('\'', '"'));
    } catch (JsonProcessingException e) {
      throw new AssertionError(text, e);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'spec':{'replicas':'two'}}"
            + "|json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of"
            + " type int32",
        "{'spec':{'replicas':1.5}}"
            + "|json: cannot unmarshal number 1.5 into Go struct field DeploymentSpec.spec.replicas"
            + " of type int32",
        "{'spec':{'replicas':3000000000}}"
            + "|json: cannot unmarshal number 3000000000 into Go struct field"
            + " DeploymentSpec.spec.replicas of type int32",
        "{'spec':{'template':{'spec':{'containers':[{'env':[{'name':'A','value':1}]}]}}}}"
            + "|json: cannot unmarshal number into Go struct field"
            + " EnvVar.spec.template.spec.containers.env.value of type string",
        "{'spec':{'template':{'spec':{'containers':{}}}}}"
            + "|json: cannot unmarshal object into Go struct field"
            + " PodSpec.spec.template.spec.containers of type []v1.Container",
        "{'spec':[]}"
            + "|json: cannot unmarshal array into Go struct field Deployment.spec of type"
            + " v1.DeploymentSpec",
        "{'metadata':{'labels':{'a':1}}}"
            + "|json: cannot unmarshal number into Go struct field ObjectMeta.metadata.labels of"
            + " type string",
        "{'metadata':{'labels':'a'}}"
            + "|json: cannot unmarshal string into Go struct field ObjectMeta.metadata.labels of"
            + " type map[string]string",
        "{'spec':{'strategy':{'rollingUpdate':{'maxSurge':true}}}}"
            + "|json: cannot unmarshal bool into Go value of type int32",
        "{'metadata':{'creationTimestamp':'noon'}}"
            + "|parsing time \"noon\" as \"2006-01-02T15:04:05Z07:00\": cannot parse \"noon\" as"
            + " \"2006\"",
        "{'spec':{'template':{'spec':{'containers':[{'resources':{'limits':{'cpu':'much'}}}]}}}}"
            + "|quantities must match the regular expression"
            + " '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
      })
  void refusesTheWrongType(String document, String detail) {
    assertEquals(
        "Deployment in version \"v1\" cannot be handled as a Deployment: " + detail,
        SchemaCheck.typeMismatch(DEPLOYMENT, json(document)).orElseThrow().message());
  }

  @ParameterizedTest
  @CsvSource({
    "YQ==,true",
    "YWI=,true",
    "YWJj,true",
    "'',true",
    "'YWJ\nj',true",
    "YQ=,false",
    "YQ,false",
    "Y,false",
    "YQ==YQ==,false",
    "a!b=,false",
    "====,false"
  })
  void readsBase64AsGoDoes(String text, boolean fine) {
    ObjectNode secret = json("{'data':{}}");
    ((ObjectNode) secret.get("data")).put("key", text);
    assertEquals(fine, SchemaCheck.typeMismatch(SECRET, secret).isEmpty());
  }

  @Test
  void namesUnknownFieldsByPath() {
    ObjectNode document =
        json("{'spec':{'foo':1,'template':{'spec':{'containers':[{'name':'a','imagee':'b'}]}}}}");
    assertEquals(
        List.of(
            "unknown field \"spec.foo\"",
            "unknown field \"spec.template.spec.containers[0].imagee\""),
        SchemaCheck.unknownFields(DEPLOYMENT, document));
    SchemaCheck.prune(DEPLOYMENT, document);
    assertEquals(json("{'spec':{'template':{'spec':{'containers':[{'name':'a'}]}}}}"), document);
  }

  @Test
  void pruningDropsNulls() {
    ObjectNode document =
        json("{'metadata':{'creationTimestamp':null,'labels':{'a':null}},'status':null}");
    assertTrue(SchemaCheck.typeMismatch(POD, document).isEmpty());
    SchemaCheck.prune(POD, document);
    assertEquals(json("{'metadata':{'labels':{'a':''}}}"), document);
  }

  /** What Go's decoder makes of nulls in lists and maps; none may break what comes after. */
  @Test
  void nullsInListsAndMapsBecomeZeros() {
    ObjectNode document =
        json(
            """
            {'metadata':{'finalizers':[null]},'spec':{'containers':[null,{'command':[null],
              'resources':{'limits':{'cpu':null}},'env':[null]}],'volumes':[null]}}
            """);
    SchemaCheck.prune(POD, document);
    assertEquals(
        json(
            """
            {'metadata':{'finalizers':['']},'spec':{'containers':[{},{'command':[''],
              'resources':{'limits':{'cpu':'0'}},'env':[{}]}],'volumes':[{}]}}
            """),
        document);
    SchemaCheck.applyDefaults(POD, document);
    assertTrue(
        SchemaCheck.check(POD, document).stream()
            .anyMatch(cause -> cause.field().equals("spec.containers[0].name")));
  }

  @Test
  void checksMandatoryFieldsEnumerationsAndRules() {
    ObjectNode document =
        json(
            """
            {'metadata':{'name':'a'},'spec':{'restartPolicy':'Sometimes','containers':[
              {'name':'Bad','image':'i','ports':[{'containerPort':70000}],
               'resources':{'limits':{'cpu':'-1'}}}],'terminationGracePeriodSeconds':-1,
              'volumes':[{'name':'v','hostPath':{}}]}}
            """);
    List<String> causes =
        SchemaCheck.check(POD, document).stream().map(c -> c.field() + ": " + c.message()).toList();
    assertTrue(causes.contains("spec.volumes[0].hostPath.path: Required value"), causes.toString());
    assertTrue(
        causes.contains(
            "spec.restartPolicy: Unsupported value: \"Sometimes\": supported values: \"Always\","
                + " \"Never\", \"OnFailure\""),
        causes.toString());
    assertTrue(
        causes.contains(
            "spec.containers[0].ports[0].containerPort: Invalid value: 70000: must be between 1"
                + " and 65535, inclusive"),
        causes.toString());
    assertTrue(
        causes.contains(
            "spec.containers[0].resources.limits[cpu]: Invalid value: \"-1\": must be greater than"
                + " or equal to 0"),
        causes.toString());
    assertTrue(
        causes.contains(
            "spec.terminationGracePeriodSeconds: Invalid value: -1: must be greater than or equal"
                + " to 0"),
        causes.toString());
    assertEquals(6, causes.size(), causes.toString());
  }
}
