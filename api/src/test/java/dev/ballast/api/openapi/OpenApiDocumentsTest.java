package dev.ballast.api.openapi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import dev.ballast.core.resource.Json;
import dev.ballast.kinds.Kind;
import dev.ballast.kinds.builtin.BuiltinKinds;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OpenApiDocumentsTest {

  private static final BuiltinKinds KINDS = new BuiltinKinds();
  private static final OpenApiDocuments DOCUMENTS = new OpenApiDocuments(KINDS, KINDS.types());
  private static final JsonNode V2 = Json.parse(DOCUMENTS.v2Json());
  private static final Map<String, byte[]> V3 = DOCUMENTS.v3();

  private static JsonNode v3(String folder) {
    return Json.parse(V3.get(folder));
  }

  @Test
  void everyReferenceLeadsToADefinition() {
    assertEquals(Set.of(), missing(V2, "#/definitions/", V2.path("definitions")));
    for (String folder : V3.keySet()) {
      JsonNode document = v3(folder);
      assertEquals(
          Set.of(),
          missing(document, "#/components/schemas/", document.at("/components/schemas")),
          folder);
    }
  }

  private static Set<String> missing(JsonNode document, String prefix, JsonNode definitions) {
    Set<String> missing = new HashSet<>();
    for (JsonNode reference : document.findValues("$ref")) {
      String text = reference.asText();
      if (!text.startsWith(prefix) || !definitions.has(text.substring(prefix.length()))) {
        missing.add(text);
      }
    }
    return missing;
  }

  @Test
  void everyKindCanBeFoundByItsGroupVersionAndKind() {
    for (Kind kind : KINDS.all()) {
      JsonNode definition = V2.path("definitions").path(TypeNames.definition(kind));
      JsonNode mark = definition.path("x-kubernetes-group-version-kind").path(0);
      assertEquals(kind.group(), mark.path("group").asText());
      assertEquals(kind.version(), mark.path("version").asText());
      assertEquals(kind.kind(), mark.path("kind").asText());
    }
  }

  /** kubectl looks there before it sends dryRun or fieldValidation. */
  @Test
  void everyPatchTakesDryRunAndFieldValidation() {
    Set<String> kinds = new HashSet<>();
    V2.path("paths")
        .forEach(
            item -> {
              JsonNode patch = item.path("patch");
              if (patch.path("x-kubernetes-action").asText().equals("patch")) {
                List<String> names = patch.path("parameters").findValuesAsText("name");
                assertTrue(
                    names.containsAll(List.of("dryRun", "fieldValidation")), names::toString);
                kinds.add(patch.at("/x-kubernetes-group-version-kind/kind").asText());
              }
            });
    assertTrue(kinds.containsAll(Set.of("Pod", "Deployment", "Job", "Node", "Scale")), "" + kinds);
    assertFalse(kinds.contains("SelfSubjectReview"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      quoteCharacter = '`',
      value = {
        "core.v1.PodSpec containers x-kubernetes-patch-merge-key \"name\"",
        "core.v1.PodSpec containers x-kubernetes-patch-strategy \"merge\"",
        "core.v1.PodSpec volumes x-kubernetes-patch-strategy \"merge,retainKeys\"",
        "core.v1.Container ports x-kubernetes-patch-merge-key \"containerPort\"",
        "core.v1.Container ports x-kubernetes-list-map-keys [\"containerPort\",\"protocol\"]",
        "core.v1.Container imagePullPolicy enum [\"Always\",\"IfNotPresent\",\"Never\"]",
        "apps.v1.DeploymentSpec strategy x-kubernetes-patch-strategy \"retainKeys\"",
        "core.v1.Secret data additionalProperties {\"type\":\"string\",\"format\":\"byte\"}",
        "core.v1.PodSpec nodeSelector x-kubernetes-map-type \"atomic\""
      })
  void fieldsSayHowTheyMerge(String type, String field, String extension, String expected)
      throws IOException {
    String pointer = "/io.k8s.api." + type + "/properties/" + field + "/" + extension;
    assertEquals(Json.MAPPER.readTree(expected), V2.path("definitions").at(pointer));
    String folder = type.startsWith("core") ? "api/v1" : "apis/apps/v1";
    assertEquals(Json.MAPPER.readTree(expected), v3(folder).at("/components/schemas" + pointer));
  }

  @Test
  void theIndexNamesEveryGroupAndVersionWithItsHash() {
    JsonNode paths = Json.parse(OpenApiDocuments.v3Index(V3)).path("paths");
    assertEquals(14, paths.size());
    assertEquals(
        "/openapi/v3/apis/apps/v1?hash=" + OpenApiDocuments.hash(V3.get("apis/apps/v1")),
        paths.path("apis/apps/v1").path("serverRelativeURL").asText());
  }

  @Test
  void theSameKindsGiveTheSameBytes() {
    OpenApiDocuments again = new OpenApiDocuments(new BuiltinKinds(), KINDS.types());
    assertEquals(Json.parse(again.v2Json()), V2);
    assertEquals(
        OpenApiDocuments.hash(V3.get("api/v1")), OpenApiDocuments.hash(again.v3().get("api/v1")));
  }

  /** Counts the definitions in the message: field 9 of the document, then field 1. */
  @Test
  void theProtobufFormHasAllDefinitions() throws IOException {
    byte[] message = DOCUMENTS.v2Protobuf();
    int definitions = 0;
    CodedInputStream in = CodedInputStream.newInstance(message);
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (WireFormat.getTagFieldNumber(tag) == 9) {
        CodedInputStream inner = CodedInputStream.newInstance(in.readByteArray());
        for (int each = inner.readTag(); each != 0; each = inner.readTag()) {
          inner.skipField(each);
          definitions++;
        }
      } else {
        in.skipField(tag);
      }
    }
    assertEquals(V2.path("definitions").size(), definitions);
  }
}
