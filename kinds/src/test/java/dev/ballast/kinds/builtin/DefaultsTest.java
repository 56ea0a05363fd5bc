package dev.ballast.kinds.builtin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.resource.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The defaults that the Kubernetes API reference documents, one row each. */
class DefaultsTest {

  private static final String POD =
      """
      metadata: {name: p}
      spec:
        hostNetwork: true
        serviceAccountName: robot
        containers:
        - name: c
          image: registry:5000/team/app
          ports: [{containerPort: 80}]
          env:
          - {name: N, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
          - {name: R, valueFrom: {resourceFieldRef: {resource: limits.cpu}}}
          resources: {limits: {cpu: 2, memory: 1Gi}, requests: {memory: 1Mi}}
          livenessProbe: {httpGet: {port: 80}, timeoutSeconds: 0}
          readinessProbe: {grpc: {port: 80}, periodSeconds: 3}
        - {name: pinned, image: 'app@sha256:00'}
        volumes:
        - {name: none}
        - {name: s, secret: {secretName: s}}
        - {name: c, configMap: {name: c, defaultMode: 0}}
        - {name: p, projected: {sources: [{serviceAccountToken: {path: t}}]}}
        - {name: d, downwardAPI: {}}
        - {name: h, hostPath: {path: /x}}
      """;

  private static final String DEPLOYMENT =
      """
      metadata: {name: d}
      spec:
        selector: {matchLabels: {a: b}}
        template:
          metadata: {labels: {a: b}}
          spec: {containers: [{name: c, image: 'i:1', resources: {limits: {cpu: 1}}}]}
      """;

  private static final String JOB =
      """
      metadata: {name: j, uid: u-1}
      spec:
        template:
          spec: {restartPolicy: Never, containers: [{name: c, image: i}]}
      """;

  private static final String SERVICE =
      """
      metadata: {name: s}
      spec: {ports: [{port: 80}, {name: n, port: 81, targetPort: web}], sessionAffinity: ClientIP}
      """;

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      quoteCharacter = '`',
      value = {
        "Pod /spec/restartPolicy \"Always\"",
        "Pod /spec/dnsPolicy \"ClusterFirst\"",
        "Pod /spec/schedulerName \"default-scheduler\"",
        "Pod /spec/terminationGracePeriodSeconds 30",
        "Pod /spec/enableServiceLinks true",
        "Pod /spec/securityContext {}",
        "Pod /spec/serviceAccount \"robot\"",
        "Pod /spec/containers/0/imagePullPolicy \"Always\"",
        "Pod /spec/containers/1/imagePullPolicy \"IfNotPresent\"",
        "Pod /spec/containers/1/resources {}",
        "Pod /spec/containers/0/terminationMessagePath \"/dev/termination-log\"",
        "Pod /spec/containers/0/terminationMessagePolicy \"File\"",
        "Pod /spec/containers/0/ports/0/protocol \"TCP\"",
        "Pod /spec/containers/0/ports/0/hostPort 80",
        "Pod /spec/containers/0/env/0/valueFrom/fieldRef/apiVersion \"v1\"",
        "Pod /spec/containers/0/env/1/valueFrom/resourceFieldRef/divisor \"0\"",
        "Pod /spec/containers/0/resources/requests/cpu 2",
        "Pod /spec/containers/0/resources/requests/memory \"1Mi\"",
        "Pod /spec/containers/0/livenessProbe/timeoutSeconds 1",
        "Pod /spec/containers/0/livenessProbe/periodSeconds 10",
        "Pod /spec/containers/0/livenessProbe/successThreshold 1",
        "Pod /spec/containers/0/livenessProbe/failureThreshold 3",
        "Pod /spec/containers/0/livenessProbe/httpGet/path \"/\"",
        "Pod /spec/containers/0/livenessProbe/httpGet/scheme \"HTTP\"",
        "Pod /spec/containers/0/readinessProbe/periodSeconds 3",
        "Pod /spec/containers/0/readinessProbe/grpc/service \"\"",
        "Pod /spec/volumes/0/emptyDir {}",
        "Pod /spec/volumes/1/secret/defaultMode 420",
        "Pod /spec/volumes/2/configMap/defaultMode 0",
        "Pod /spec/volumes/3/projected/defaultMode 420",
        "Pod /spec/volumes/3/projected/sources/0/serviceAccountToken/expirationSeconds 3600",
        "Pod /spec/volumes/4/downwardAPI/defaultMode 420",
        "Pod /spec/volumes/5/hostPath/type \"\"",
        "Deployment /spec/replicas 1",
        "Deployment /spec/revisionHistoryLimit 10",
        "Deployment /spec/progressDeadlineSeconds 600",
        "Deployment /spec/strategy/type \"RollingUpdate\"",
        "Deployment /spec/strategy/rollingUpdate/maxSurge \"25%\"",
        "Deployment /spec/strategy/rollingUpdate/maxUnavailable \"25%\"",
        "Deployment /spec/template/spec/restartPolicy \"Always\"",
        "Deployment /spec/template/spec/containers/0/imagePullPolicy \"IfNotPresent\"",
        "Job /spec/completions 1",
        "Job /spec/parallelism 1",
        "Job /spec/backoffLimit 6",
        "Job /spec/completionMode \"NonIndexed\"",
        "Job /spec/suspend false",
        "Job /spec/podReplacementPolicy \"TerminatingOrFailed\"",
        "Service /spec/type \"ClusterIP\"",
        "Service /spec/internalTrafficPolicy \"Cluster\"",
        "Service /spec/ports/0/protocol \"TCP\"",
        "Service /spec/ports/0/targetPort 80",
        "Service /spec/ports/1/targetPort \"web\"",
        "Service /spec/sessionAffinityConfig/clientIP/timeoutSeconds 10800"
      })
  void areSet(String kind, String pointer, String expected) throws Exception {
    String document =
        switch (kind) {
          case "Pod" -> POD;
          case "Deployment" -> DEPLOYMENT;
          case "Job" -> JOB;
          default -> SERVICE;
        };
    ObjectNode defaulted = Trees.defaulted(Trees.kind(kind), Trees.yaml(document));
    assertEquals(Json.MAPPER.readTree(expected), defaulted.at(pointer));
  }

  @ParameterizedTest
  @CsvSource({
    "nginx,Always",
    "nginx:latest,Always",
    "nginx:1.27,IfNotPresent",
    "localhost:5000/nginx,Always",
    "localhost:5000/nginx:1,IfNotPresent",
    "nginx@sha256:abc,IfNotPresent",
    "nginx:latest@sha256:abc,Always"
  })
  void pullPolicyFollowsTheTag(String image, String policy) {
    assertEquals(policy, PodDefaults.pullPolicy(image));
  }

  @Test
  void templatesGetNoRequestsAndNoServiceLinks() {
    ObjectNode deployment = Trees.defaulted(Trees.kind("Deployment"), Trees.yaml(DEPLOYMENT));
    ObjectNode spec = (ObjectNode) deployment.at("/spec/template/spec");
    assertTrue(spec.at("/containers/0/resources/requests").isMissingNode());
    assertTrue(spec.path("enableServiceLinks").isMissingNode());
  }

  @Test
  void defaultsAreStableWhenAppliedAgain() {
    for (String kind : new String[] {"Pod", "Deployment", "Job", "Service"}) {
      String text =
          switch (kind) {
            case "Pod" -> POD;
            case "Deployment" -> DEPLOYMENT;
            case "Job" -> JOB;
            default -> SERVICE;
          };
      ObjectNode once = Trees.defaulted(Trees.kind(kind), Trees.yaml(text));
      assertEquals(once, Trees.defaulted(Trees.kind(kind), once));
    }
  }

  @Test
  void recreateGetsNoRollingUpdate() {
    ObjectNode document = Trees.yaml(DEPLOYMENT);
    document.withObject("/spec/strategy").put("type", "Recreate");
    assertEquals(
        Trees.yaml("{type: Recreate}"),
        Trees.defaulted(Trees.kind("Deployment"), document).at("/spec/strategy"));
  }

  @Test
  void jobsGetTheirSelectorFromTheirUid() {
    ObjectNode job = Trees.defaulted(Trees.kind("Job"), Trees.yaml(JOB));
    Trees.kind("Job").hooks().prepareForCreate(job);
    Trees.kind("Job").hooks().prepareForCreate(job);
    assertEquals(
        Trees.yaml("{matchLabels: {batch.kubernetes.io/controller-uid: u-1}}"),
        job.at("/spec/selector"));
    ObjectNode labels =
        Trees.yaml(
            """
            batch.kubernetes.io/controller-uid: u-1
            controller-uid: u-1
            batch.kubernetes.io/job-name: j
            job-name: j
            """);
    assertEquals(labels, job.at("/spec/template/metadata/labels"));
    assertEquals(labels, job.at("/metadata/labels"));
  }

  @Test
  void secretsTakeTextIntoData() {
    ObjectNode secret =
        Trees.defaulted(
            Trees.kind("Secret"), Trees.yaml("{data: {a: YQ==, b: YQ==}, stringData: {b: c}}"));
    assertEquals(Trees.yaml("{data: {a: YQ==, b: Yw==}, type: Opaque}"), secret);
  }

  @Test
  void namespacesCanBeSelectedByName() {
    ObjectNode namespace =
        Trees.defaulted(Trees.kind("Namespace"), Trees.yaml("{metadata: {name: n}}"));
    Trees.kind("Namespace").hooks().prepareForCreate(namespace);
    assertEquals(
        Trees.yaml(
            """
            metadata: {name: n, labels: {kubernetes.io/metadata.name: n}}
            spec: {finalizers: [kubernetes]}
            status: {phase: Active}
            """),
        namespace);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[{name: a}]|BestEffort",
        "[{name: a, resources: {requests: {cpu: 1}}}]|Burstable",
        "[{name: a, resources: {limits: {cpu: 1, memory: 1Gi}}}]|Guaranteed",
        "[{name: a, resources: {limits: {cpu: 1}}}]|Burstable",
        "[{name: a, resources: {limits: {cpu: 1, memory: 1Gi}}}, {name: b}]|Burstable",
        "[{name: a, resources: {limits: {cpu: '1', memory: 1Gi}, requests: {cpu: 1000m}}}]|Guaranteed",
        "[{name: a, resources: {limits: {cpu: 1, memory: 1Gi}, requests: {cpu: 500m}}}]|Burstable"
      })
  void podsGetTheirQualityOfService(String containers, String expected) {
    ObjectNode pod = Trees.yaml("spec: {containers: " + containers + "}");
    Trees.kind("Pod").hooks().prepareForCreate(pod);
    assertEquals(expected, pod.at("/status/qosClass").asText());
    assertEquals("Pending", pod.at("/status/phase").asText());
  }
}
