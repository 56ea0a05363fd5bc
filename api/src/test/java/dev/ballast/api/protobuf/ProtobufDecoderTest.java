package dev.ballast.api.protobuf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.resource.Json;
import dev.ballast.kinds.Kind;
import dev.ballast.kinds.builtin.BuiltinKinds;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProtobufDecoderTest {

  private final BuiltinKinds kinds = new BuiltinKinds();
  private final ProtobufDecoder decoder = new ProtobufDecoder(kinds);

  private static ObjectNode json(String text) throws Exception {
    return (ObjectNode) Json.MAPPER.readTree(text.replace('\'', '"'));
  }

  private byte[] encoded(ObjectNode object) {
    MessageTypes.Type type =
        new MessageTypes(kinds)
            .find(object.path("apiVersion").asText(), object.path("kind").asText())
            .orElseThrow();
    return GoEncoder.encode(object, type.message(), type.schema());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        """
        {'apiVersion':'v1','kind':'Pod','metadata':{'name':'p','labels':{'a':'b'},
          'creationTimestamp':'2026-01-02T03:04:05Z','managedFields':[{'fieldsV1':{'f:a':{}},
          'manager':'m'}]},'spec':{'hostNetwork':true,'automountServiceAccountToken':false,
          'terminationGracePeriodSeconds':0,'containers':[{'name':'c','image':'i',
          'env':[{'name':'E','value':'v'},{'name':'F','valueFrom':{'configMapKeyRef':{'name':'m',
          'key':'k','optional':false}}}],'ports':[{'containerPort':80}],
          'resources':{'limits':{'cpu':'500m'}},'livenessProbe':{'httpGet':{'port':'web'},
          'periodSeconds':3},'readinessProbe':{'exec':{'command':['true']}},
          'lifecycle':{'preStop':{'sleep':{'seconds':3}}},
          'securityContext':{'runAsNonRoot':false,'runAsUser':0}}],
          'ephemeralContainers':[{'name':'e','image':'j','targetContainerName':'c'}],
          'volumes':[{'name':'v','emptyDir':{'sizeLimit':'1Gi'}},{'name':'w','configMap':{'name':'m',
          'defaultMode':0}},{'name':'x','projected':{'sources':[{'secret':{'name':'s'}}]}}]},
          'status':{}}
        """,
        """
        {'apiVersion':'apps/v1','kind':'Deployment','metadata':{'name':'d'},'spec':{'replicas':0,
          'selector':{'matchLabels':{'a':'b'}},'strategy':{'rollingUpdate':{'maxSurge':'25%',
          'maxUnavailable':0}},'template':{'metadata':{'labels':{'a':'b'}},'spec':{
          'containers':[{'name':'c','image':'i','resources':{}}]}}},'status':{}}
        """,
        """
        {'apiVersion':'batch/v1','kind':'Job','metadata':{'name':'j'},'spec':{'completions':0,
          'parallelism':2,'suspend':false,'template':{'metadata':{},'spec':{'containers':[{'name':'c'}],
          'restartPolicy':'Never'}}},'status':{}}
        """,
        """
        {'apiVersion':'v1','kind':'Service','metadata':{'name':'s'},'spec':{'ports':[{'port':80,
          'targetPort':8080}],'selector':{'a':'b'}},'status':{'loadBalancer':{}}}
        """,
        """
        {'apiVersion':'v1','kind':'Secret','metadata':{'name':'s'},'data':{'a':'AAEC'},
          'type':'Opaque'}
        """,
        """
        {'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'s'},'data':{'a':'','b':'c'},
          'immutable':false}
        """,
        """
        {'apiVersion':'coordination.k8s.io/v1','kind':'Lease','metadata':{'name':'l'},
          'spec':{'holderIdentity':'me','renewTime':'2026-01-02T03:04:05.123456Z'}}
        """,
        """
        {'apiVersion':'scheduling.k8s.io/v1','kind':'PriorityClass','metadata':{'name':'l'},'value':0}
        """,
        """
        {'apiVersion':'policy/v1','kind':'PodDisruptionBudget','metadata':{'name':'l'},
          'spec':{'minAvailable':'50%'},'status':{'currentHealthy':0,'desiredHealthy':0,
          'disruptionsAllowed':0,'expectedPods':0}}
        """,
        """
        {'apiVersion':'discovery.k8s.io/v1','kind':'EndpointSlice','metadata':{'name':'l'},
          'addressType':'IPv4','endpoints':[{'addresses':['1.1.1.1'],'conditions':{'ready':false}}],
          'ports':[{'name':'','port':80}]}
        """,
        """
        {'apiVersion':'v1','kind':'Binding','metadata':{'name':'p'},'target':{'kind':'Node',
          'name':'n'}}
        """,
        """
        {'apiVersion':'policy/v1','kind':'Eviction','metadata':{'name':'p'},
          'deleteOptions':{'gracePeriodSeconds':0}}
        """,
        """
        {'apiVersion':'policy/v1beta1','kind':'Eviction','metadata':{'name':'p'}}
        """,
        """
        {'apiVersion':'autoscaling/v1','kind':'Scale','metadata':{'name':'p'},'spec':{'replicas':3},
          'status':{'replicas':0}}
        """,
        """
        {'apiVersion':'authentication.k8s.io/v1','kind':'TokenRequest','metadata':{},
          'spec':{'audiences':['a'],'expirationSeconds':600},'status':{'expirationTimestamp':
          '2026-01-02T03:04:05Z','token':''}}
        """,
        """
        {'apiVersion':'authentication.k8s.io/v1','kind':'SelfSubjectReview','metadata':{},
          'status':{'userInfo':{'username':'u','extra':{'k':['v','w']}}}}
        """,
        """
        {'apiVersion':'apps/v1','kind':'DeleteOptions','propagationPolicy':'Foreground'}
        """,
        """
        {'apiVersion':'v1','kind':'Status','metadata':{},'status':'Failure','code':404}
        """
      })
  void readsWhatGoClientsWrite(String text) throws Exception {
    ObjectNode object = json(text);
    ObjectNode decoded = decoder.decode(encoded(object));
    assertEquals(object, decoded);
  }

  @Test
  void knowsTheMessageOfEveryServedKindThatKubernetesBuildsIn() {
    for (Kind kind : ProtobufRoundTripProperties.builtIn(kinds)) {
      assertTrue(
          new MessageTypes(kinds).find(kind.apiVersion(), kind.kind()).isPresent(), kind.kind());
    }
  }

  @Test
  void refusesWhatItCannotRead() throws Exception {
    assertThrows(IllegalArgumentException.class, () -> decoder.decode(new byte[] {'{', '}'}));
    assertThrows(IllegalArgumentException.class, () -> decoder.decode(new byte[0]));
    byte[] broken = encoded(json("{'apiVersion':'v1','kind':'ConfigMap','data':{'a':'b'}}"));
    broken[6] = (byte) 0xff;
    assertThrows(IllegalArgumentException.class, () -> decoder.decode(broken));
    byte[] unknown = "k8s\0\n\n\n\2v9\22\4Nope".getBytes(java.nio.charset.StandardCharsets.UTF_8);
    IllegalArgumentException refusal =
        assertThrows(IllegalArgumentException.class, () -> decoder.decode(unknown));
    assertEquals("no kind \"Nope\" is registered for version \"v9\"", refusal.getMessage());
  }
}
