package dev.ballast.kinds.patch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.resource.Json;
import dev.ballast.kinds.Kind;
import dev.ballast.kinds.Resources.PatchType;
import dev.ballast.kinds.builtin.BuiltinKinds;
import dev.ballast.kinds.schema.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Strategic merges on the real schemas. Single quotes stand for double ones. */
class StrategicMergePatchTest {

  private static final BuiltinKinds KINDS = new BuiltinKinds();

  @ParameterizedTest(name = "{0} {2}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      textBlock =
          """
          # maps
          ConfigMap | {'data':{'a':'1','b':'2'}} | {'data':{'b':null,'c':'3'}} | {'data':{'a':'1','c':'3'}}
          ConfigMap | {'data':{'a':'1'}} | {'data':{'$patch':'replace','b':'2'}} | {'data':{'b':'2'}}
          ConfigMap | {'data':{'a':'1'}} | {'data':{'$patch':'delete'}} | {'data':{}}
          ConfigMap | {'data':{'a':'1'}} | {'data':{'$patch':'merge','b':'2'}} | {'data':{'a':'1','b':'2'}}
          ConfigMap | {'data':{'a':'1'}} | {'$patch':'replace','data':{'b':'2'}} | {'data':{'b':'2'}}
          ConfigMap | {} | {'data':{'a':'1','b':null}} | {'data':{'a':'1'}}
          ConfigMap | {'data':{'a':'1'}} | {'data':null} | {}
          # lists of objects: containers by name, their ports by number, env by name, mounts by path
          Pod | {'spec':{'containers':[{'name':'a','image':'x'},{'name':'b','image':'y'}]}} | {'spec':{'containers':[{'name':'b','image':'z'}]}} | {'spec':{'containers':[{'name':'a','image':'x'},{'name':'b','image':'z'}]}}
          Pod | {'spec':{'containers':[{'name':'a','image':'x'}]}} | {'spec':{'containers':[{'name':'b','image':'y'}]}} | {'spec':{'containers':[{'name':'a','image':'x'},{'name':'b','image':'y'}]}}
          Pod | {'spec':{'containers':[{'name':'a'},{'name':'b'}]}} | {'spec':{'containers':[{'name':'a','$patch':'delete'}]}} | {'spec':{'containers':[{'name':'b'}]}}
          Pod | {'spec':{'containers':[{'name':'a'},{'name':'b'}]}} | {'spec':{'containers':[{'$patch':'replace'},{'name':'c'}]}} | {'spec':{'containers':[{'name':'c'}]}}
          Pod | {'spec':{'containers':[{'name':'a','env':[{'name':'E','value':'1'},{'name':'F','value':'2'}]}]}} | {'spec':{'containers':[{'name':'a','env':[{'name':'F','value':'3'}]}]}} | {'spec':{'containers':[{'name':'a','env':[{'name':'E','value':'1'},{'name':'F','value':'3'}]}]}}
          Pod | {'spec':{'containers':[{'name':'a','env':[{'name':'E','value':'1'}]}]}} | {'spec':{'containers':[{'name':'a','env':[{'name':'E','value':null,'valueFrom':{'fieldRef':{'fieldPath':'metadata.name'}}}]}]}} | {'spec':{'containers':[{'name':'a','env':[{'name':'E','valueFrom':{'fieldRef':{'fieldPath':'metadata.name'}}}]}]}}
          Pod | {'spec':{'containers':[{'name':'a','volumeMounts':[{'mountPath':'/x','name':'v'}]}]}} | {'spec':{'containers':[{'name':'a','volumeMounts':[{'mountPath':'/x','readOnly':true},{'mountPath':'/y','name':'v'}]}]}} | {'spec':{'containers':[{'name':'a','volumeMounts':[{'mountPath':'/x','name':'v','readOnly':true},{'mountPath':'/y','name':'v'}]}]}}
          Pod | {'spec':{'containers':[{'name':'a','ports':[{'containerPort':80},{'containerPort':90}]}]}} | {'spec':{'containers':[{'name':'a','ports':[{'containerPort':90,'name':'web'}]}]}} | {'spec':{'containers':[{'name':'a','ports':[{'containerPort':80},{'containerPort':90,'name':'web'}]}]}}
          Pod | {'spec':{'containers':[{'name':'a'}]}} | {'spec':{'containers':null}} | {'spec':{}}
          Service | {'spec':{'ports':[{'port':80,'name':'a'}]}} | {'spec':{'ports':[{'port':80,'name':'b'},{'port':81,'name':'c'}]}} | {'spec':{'ports':[{'port':80,'name':'b'},{'port':81,'name':'c'}]}}
          # one number, two protocols: neither is lost
          Service | {'spec':{'ports':[{'port':53,'protocol':'TCP'},{'port':53,'protocol':'UDP'}]}} | {'spec':{'ports':[{'port':53,'protocol':'UDP','name':'dns'}]}} | {'spec':{'ports':[{'port':53,'protocol':'TCP'},{'port':53,'protocol':'UDP','name':'dns'}]}}
          Service | {'spec':{'ports':[{'port':53,'protocol':'TCP'}]}} | {'spec':{'ports':[{'port':53,'protocol':'UDP'},{'port':53,'protocol':'TCP'}]}} | {'spec':{'ports':[{'port':53,'protocol':'UDP'},{'port':53,'protocol':'TCP'}]}}
          Service | {'spec':{'ports':[{'port':53,'protocol':'TCP'}]}} | {'spec':{'ports':[{'port':53,'protocol':'UDP'}]}} | {'spec':{'ports':[{'port':53,'protocol':'UDP'}]}}
          # conditions by type, owners by uid, spread constraints by key
          Pod | {'status':{'conditions':[{'type':'Ready','status':'False'}]}} | {'status':{'conditions':[{'type':'Ready','status':'True'},{'type':'X','status':'True'}]}} | {'status':{'conditions':[{'type':'Ready','status':'True'},{'type':'X','status':'True'}]}}
          Pod | {'metadata':{'ownerReferences':[{'uid':'1','name':'a'}]}} | {'metadata':{'ownerReferences':[{'uid':'1','$patch':'delete'}]}} | {'metadata':{'ownerReferences':[]}}
          Pod | {'spec':{'topologySpreadConstraints':[{'topologyKey':'zone','maxSkew':1}]}} | {'spec':{'topologySpreadConstraints':[{'topologyKey':'zone','maxSkew':2}]}} | {'spec':{'topologySpreadConstraints':[{'topologyKey':'zone','maxSkew':2}]}}
          Pod | {'spec':{'imagePullSecrets':[{'name':'a'}]}} | {'spec':{'imagePullSecrets':[{'name':'b'}]}} | {'spec':{'imagePullSecrets':[{'name':'a'},{'name':'b'}]}}
          # atomic lists
          Pod | {'spec':{'tolerations':[{'key':'a'},{'key':'b'}]}} | {'spec':{'tolerations':[{'key':'c'}]}} | {'spec':{'tolerations':[{'key':'c'}]}}
          Pod | {'spec':{'containers':[{'name':'a','args':['x','y']}]}} | {'spec':{'containers':[{'name':'a','args':['z']}]}} | {'spec':{'containers':[{'name':'a','args':['z']}]}}
          # sets of scalars
          Pod | {'metadata':{'finalizers':['a','b']}} | {'metadata':{'finalizers':['c','a']}} | {'metadata':{'finalizers':['a','b','c']}}
          Pod | {'metadata':{'finalizers':['a','b']}} | {'metadata':{'$deleteFromPrimitiveList/finalizers':['a']}} | {'metadata':{'finalizers':['b']}}
          Pod | {'metadata':{'finalizers':['a','b']}} | {'metadata':{'$deleteFromPrimitiveList/finalizers':['a'],'finalizers':['c']}} | {'metadata':{'finalizers':['b','c']}}
          Pod | {'metadata':{'finalizers':['a','b']}} | {'metadata':{'$setElementOrder/finalizers':['b','c','a'],'finalizers':['c']}} | {'metadata':{'finalizers':['b','c','a']}}
          # order
          Pod | {'spec':{'containers':[{'name':'a'},{'name':'b'},{'name':'c'}]}} | {'spec':{'$setElementOrder/containers':[{'name':'c'},{'name':'a'},{'name':'b'}],'containers':[{'name':'a','image':'x'}]}} | {'spec':{'containers':[{'name':'c'},{'name':'a','image':'x'},{'name':'b'}]}}
          Pod | {'spec':{'containers':[{'name':'a'},{'name':'s'},{'name':'b'}]}} | {'spec':{'$setElementOrder/containers':[{'name':'b'},{'name':'a'}]}} | {'spec':{'containers':[{'name':'s'},{'name':'b'},{'name':'a'}]}}
          Pod | {'spec':{'containers':[{'name':'a'},{'name':'s'},{'name':'b'}]}} | {'spec':{'$setElementOrder/containers':[{'name':'a'},{'name':'n'},{'name':'b'}],'containers':[{'name':'n'}]}} | {'spec':{'containers':[{'name':'a'},{'name':'s'},{'name':'n'},{'name':'b'}]}}
          Pod | {'spec':{'containers':[{'name':'a'},{'name':'b'}]}} | {'spec':{'$setElementOrder/containers':[{'name':'b'}],'containers':[{'name':'a','$patch':'delete'},{'name':'b','image':'x'}]}} | {'spec':{'containers':[{'name':'b','image':'x'}]}}
          Pod | {'spec':{}} | {'spec':{'$setElementOrder/containers':[{'name':'a'}]}} | {'spec':{}}
          # retainKeys
          Deployment | {'spec':{'strategy':{'type':'RollingUpdate','rollingUpdate':{'maxSurge':1}}}} | {'spec':{'strategy':{'$retainKeys':['type'],'type':'Recreate'}}} | {'spec':{'strategy':{'type':'Recreate'}}}
          Deployment | {'spec':{'strategy':{'type':'Recreate'}}} | {'spec':{'strategy':{'$retainKeys':['type','rollingUpdate'],'type':'RollingUpdate','rollingUpdate':{'maxSurge':2}}}} | {'spec':{'strategy':{'type':'RollingUpdate','rollingUpdate':{'maxSurge':2}}}}
          Pod | {'spec':{'volumes':[{'name':'v','emptyDir':{}}]}} | {'spec':{'volumes':[{'$retainKeys':['name','hostPath'],'name':'v','hostPath':{'path':'/x'}}]}} | {'spec':{'volumes':[{'name':'v','hostPath':{'path':'/x'}}]}}
          # directives in what is new leave no trace
          Pod | {'spec':{}} | {'spec':{'containers':[{'name':'a','$patch':'merge','env':[{'name':'E','$patch':'delete'},{'name':'F'}]}]}} | {'spec':{'containers':[{'name':'a','env':[{'name':'F'}]}]}}
          Pod | {} | {'spec':{'securityContext':{'$patch':'replace','runAsUser':1}}} | {'spec':{'securityContext':{'runAsUser':1}}}
          # a value of another type, and a field no schema knows
          Pod | {'spec':{'foo':1}} | {'spec':{'foo':{'a':1}}} | {'spec':{'foo':{'a':1}}}
          Pod | {'spec':{'foo':{'a':1}}} | {'spec':{'foo':{'b':2}}} | {'spec':{'foo':{'a':1,'b':2}}}
          Pod | {'spec':{'foo':[1]}} | {'spec':{'foo':[2]}} | {'spec':{'foo':[2]}}
          """)
  void applies(String kind, String document, String patch, String expected) throws Exception {
    ObjectNode before = read(document);
    ObjectNode asked = read(patch);
    Patched.Document patched =
        assertInstanceOf(Patched.Document.class, apply(kind(kind), before, asked));
    assertEquals(quoted(expected), patched.tree().toString());
    assertEquals(read(document), before, "the document is untouched");
    assertEquals(read(patch), asked, "the patch is untouched");
  }

  @ParameterizedTest(name = "{1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      textBlock =
          """
          {'spec':{'containers':[{'name':'a'}]}} | {'spec':{'$patch':'twist'}} | 400 | Unknown patch type found: twist
          {'spec':{'containers':[{'name':'a'}]}} | {'spec':{'containers':[{'image':'x'}]}} | 422 | does not contain declared merge key: name
          {'spec':{'containers':[{'name':'a'}]}} | {'spec':{'containers':['a']}} | 400 | must be objects
          {'spec':{'containers':[{'name':'a'}]}} | {'spec':{'$setElementOrder/containers':'a'}} | 400 | setElementOrder
          {'spec':{'containers':[{'name':'a'}]}} | {'spec':{'$setElementOrder/containers':[{'name':'b'}],'containers':[{'name':'a'}]}} | 422 | is missing from its $setElementOrder
          {'metadata':{'finalizers':['a']}} | {'metadata':{'$deleteFromPrimitiveList/finalizers':'a'}} | 400 | primitive list
          {'spec':{'volumes':[{'name':'v'}]}} | {'spec':{'volumes':[{'name':'v','$retainKeys':'name'}]}} | 400 | retainKeys
          {'spec':{'volumes':[{'name':'v'}]}} | {'spec':{'volumes':[{'name':'v','$retainKeys':['name'],'emptyDir':{}}]}} | 422 | doesn't match retainKeys
          """)
  void refuses(String document, String patch, int code, String message) throws Exception {
    Patched.Refused refused =
        assertInstanceOf(Patched.Refused.class, apply(kind("Pod"), read(document), read(patch)));
    assertEquals(code, refused.failure().code());
    assertTrue(refused.failure().message().contains(message), refused.failure().message());
  }

  @Test
  void aPatchMustBeAnObject() throws Exception {
    Patched.Refused refused =
        assertInstanceOf(
            Patched.Refused.class, apply(kind("Pod"), Json.object(), Json.MAPPER.readTree("[]")));
    assertEquals(400, refused.failure().code());
  }

  @Test
  void aKindWithoutSchemaHasNone() {
    Kind pod = kind("Pod");
    Kind untyped =
        new Kind(
            "example.com",
            "v1",
            "Widget",
            "widgets",
            "widget",
            pod.shortNames(),
            pod.categories(),
            true,
            new Schema.AnyType(""),
            pod.subresources(),
            pod.verbs(),
            pod.selectableFields(),
            pod.columns(),
            pod.hooks());
    Patched.Refused refused =
        assertInstanceOf(Patched.Refused.class, apply(untyped, Json.object(), Json.object()));
    assertEquals(415, refused.failure().code());
  }

  private static Patched apply(Kind kind, ObjectNode document, JsonNode patch) {
    return Patches.apply(kind, PatchType.STRATEGIC_MERGE, document, patch);
  }

  private static Kind kind(String name) {
    return KINDS.all().stream().filter(k -> k.kind().equals(name)).findFirst().orElseThrow();
  }

  private static ObjectNode read(String json) throws Exception {
    return (ObjectNode) Json.MAPPER.readTree(quoted(json));
  }

  private static String quoted(String json) {
    return json.replace('\'', '"');
  }
}
