package dev.ballast.api.protobuf;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.resource.Json;
import dev.ballast.kinds.Kind;
import dev.ballast.kinds.SchemaCheck;
import dev.ballast.kinds.builtin.BuiltinKinds;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bodies as kubectl 1.33 sent them, byte for byte; the command is in the first column. */
class KubectlBodiesTest {

  private final BuiltinKinds kinds = new BuiltinKinds();
  private final ProtobufDecoder decoder = new ProtobufDecoder(kinds);

  @ParameterizedTest(name = "kubectl create {0}")
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "deployment web --image=nginx:1 --replicas=0 --port=80;"
            + "azhzAAoVCgdhcHBzL3YxEgpEZXBsb3ltZW50EroBCh8KA3dlYhIAGgAiACoAMgA4AEIAWgoKA2FwcBIDd2ViEo"
            + "gBCAASDAoKCgNhcHASA3dlYhpuChwKABIAGgAiACoAMgA4AEIAWgoKA2FwcBIDd2ViEk4SMAoFbmdpbngSB25n"
            + "aW54OjEqADIKCgAQABhQIgAqAEIAagByAIABAIgBAJABAKIBABoAMgBCAEoAUgBYAGAAaACCAQCKAQCaAQDCAQ"
            + "AiAgoAKAA4ABoMCAAQABgAIAAoADgAGgAiAA==;"
            + "{'apiVersion':'apps/v1','kind':'Deployment','metadata':{'name':'web','labels':{'app':'web'}},"
            + "'spec':{'replicas':0,'selector':{'matchLabels':{'app':'web'}},'template':{'metadata':"
            + "{'labels':{'app':'web'}},'spec':{'containers':[{'name':'nginx','image':'nginx:1','ports':"
            + "[{'containerPort':80}],'resources':{}}]}},'strategy':{}},'status':{}}",
        "job pi --image=perl -- perl -e 1;"
            + "azhzAAoPCghiYXRjaC92MRIDSm9iEoQBChIKAnBpEgAaACIAKgAyADgAQgASZDJiChAKABIAGgAiACoAMgA4AE"
            + "IAEk4SKwoCcGkSBHBlcmwaBHBlcmwaAi1lGgExKgBCAGoAcgCAAQCIAQCQAQCiAQAaBU5ldmVyMgBCAEoAUgBY"
            + "AGAAaACCAQCKAQCaAQDCAQAaCCAAKAAwADoAGgAiAA==;"
            + "{'apiVersion':'batch/v1','kind':'Job','metadata':{'name':'pi'},'spec':{'template':"
            + "{'metadata':{},'spec':{'containers':[{'name':'pi','image':'perl','command':['perl','-e',"
            + "'1'],'resources':{}}],'restartPolicy':'Never'}}},'status':{}}",
        "configmap c --from-literal=a=b;"
            + "azhzAAoPCgJ2MRIJQ29uZmlnTWFwEhsKEQoBYxIAGgAiACoAMgA4AEIAEgYKAWESAWIaACIA;"
            + "{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'c'},'data':{'a':'b'}}",
        "secret generic s --from-literal=p=q;"
            + "azhzAAoMCgJ2MRIGU2VjcmV0Eh0KEQoBcxIAGgAiACoAMgA4AEIAEgYKAXASAXEaABoAIgA=;"
            + "{'apiVersion':'v1','kind':'Secret','metadata':{'name':'s'},'data':{'p':'cQ=='}}",
        "service clusterip s --tcp=80:8080;"
            + "azhzAAoNCgJ2MRIHU2VydmljZRJjChsKAXMSABoAIgAqADIAOABCAFoICgNhcHASAXMSQAobCgc4MC04MDgwEg"
            + "NUQ1AYUCIHCAAQkD8aACgAEggKA2FwcBIBcxoAIglDbHVzdGVySVA6AEIAUgBaAGAAaAAaAgoAGgAiAA==;"
            + "{'apiVersion':'v1','kind':'Service','metadata':{'name':'s','labels':{'app':'s'}},'spec':"
            + "{'ports':[{'name':'80-8080','protocol':'TCP','port':80,'targetPort':8080}],'selector':"
            + "{'app':'s'},'type':'ClusterIP'},'status':{'loadBalancer':{}}}",
        "namespace n;"
            + "azhzAAoPCgJ2MRIJTmFtZXNwYWNlEhkKEQoBbhIAGgAiACoAMgA4AEIAEgAaAgoAGgAiAA==;"
            + "{'apiVersion':'v1','kind':'Namespace','metadata':{'name':'n'},'spec':{},'status':{}}",
        "pdb p --selector=a=b --min-available=50%;"
            + "azhzAAogCglwb2xpY3kvdjESE1BvZERpc3J1cHRpb25CdWRnZXQSNgoRCgFwEgAaACIAKgAyADgAQgASFQoJCA"
            + "EQABoDNTAlEggKBgoBYRIBYhoKCAAYACAAKAAwABoAIgA=;"
            + "{'apiVersion':'policy/v1','kind':'PodDisruptionBudget','metadata':{'name':'p'},'spec':"
            + "{'minAvailable':'50%','selector':{'matchLabels':{'a':'b'}}},'status':{'disruptionsAllowed':"
            + "0,'currentHealthy':0,'desiredHealthy':0,'expectedPods':0}}"
      })
  void areReadAndAccepted(String command, String body, String expected) throws Exception {
    ObjectNode object = decoder.decode(Base64.getDecoder().decode(body));
    assertEquals(Json.MAPPER.readTree(expected.replace('\'', '"')), object);
    Kind kind =
        kinds.all().stream()
            .filter(k -> k.kind().equals(object.path("kind").asText()))
            .findFirst()
            .orElseThrow();
    assertEquals(List.of(), SchemaCheck.unknownFields(kind, object));
    SchemaCheck.applyDefaults(kind, object);
    object.withObjectProperty("metadata").put("uid", "u-1");
    kind.hooks().prepareForCreate(object);
    assertEquals(List.of(), SchemaCheck.check(kind, object));
  }
}
