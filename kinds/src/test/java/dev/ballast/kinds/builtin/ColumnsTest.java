package dev.ballast.kinds.builtin;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ballast.core.time.Now;
import dev.ballast.kinds.Column;
import dev.ballast.kinds.Kind;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What kubectl's tables show, as Kubernetes' printers have it. */
class ColumnsTest {

  private static final Now NOW = new Now(Instant.parse("2026-01-02T00:05:00Z"), 0);

  private static String header(String kind, int priority) {
    List<String> names =
        Trees.kind(kind).columns().stream()
            .filter(c -> c.priority() == priority)
            .map(Column::name)
            .toList();
    return String.join(" ", names);
  }

  private static String row(String kind, String yaml) {
    Kind described = Trees.kind(kind);
    JsonNode document = Trees.yaml(yaml);
    List<String> cells =
        described.columns().stream().map(c -> c.cell().of(document, NOW).asText()).toList();
    return String.join("|", cells);
  }

  @ParameterizedTest
  @CsvSource({
    "Pod,Name Ready Status Restarts Age,IP Node Nominated Node Readiness Gates",
    "Deployment,Name Ready Up-to-date Available Age,Containers Images Selector",
    "ReplicaSet,Name Desired Current Ready Age,Containers Images Selector",
    "Job,Name Status Completions Duration Age,Containers Images Selector",
    "Service,Name Type Cluster-IP External-IP Port(s) Age,Selector",
    "Endpoints,Name Endpoints Age,",
    "EndpointSlice,Name AddressType Ports Endpoints Age,",
    "ConfigMap,Name Data Age,",
    "Secret,Name Type Data Age,",
    "ServiceAccount,Name Secrets Age,",
    "Namespace,Name Status Age,",
    "Node,Name Status Roles Age Version,Internal-IP External-IP OS-Image Kernel-Version"
        + " Container-Runtime",
    "Event,Last Seen Type Reason Object Message,Subobject Source First Seen Count Name",
    "PodDisruptionBudget,Name Min Available Max Unavailable Allowed Disruptions Age,",
    "Lease,Name Holder Age,",
    "PriorityClass,Name Value Global-Default Age PreemptionPolicy,"
  })
  void haveKubernetesNames(String kind, String always, String wide) {
    assertEquals(always, header(kind, 0));
    assertEquals(wide == null ? "" : wide, header(kind, 1));
  }

  /** The others are text, some with numbers in their cells. */
  @Test
  void declareTheTypesThatKubernetesDeclares() {
    List<String> others =
        Trees.KINDS.all().stream()
            .filter(kind -> !kind.group().equals("ballast.dev"))
            .flatMap(
                kind ->
                    kind.columns().stream()
                        .filter(column -> !column.type().equals("string"))
                        .map(column -> kind.kind() + " " + column.name() + " " + column.type()))
            .sorted()
            .toList();
    assertEquals(
        List.of(
            "PodDisruptionBudget Allowed Disruptions integer",
            "PriorityClass Global-Default boolean",
            "PriorityClass Value integer",
            "ReplicaSet Current integer",
            "ReplicaSet Desired integer",
            "ReplicaSet Ready integer"),
        others);
  }

  /** Spec and status of a pod with containers a and b, to READY, STATUS and RESTARTS. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{phase: Pending}|0/2|Pending|0",
        "{phase: Pending, containerStatuses: [{name: a, state: {waiting: {reason:"
            + " ContainerCreating}}}]}|0/2|ContainerCreating|0",
        "{phase: Running, containerStatuses: [{name: a, ready: true, state: {running: {}}}, {name:"
            + " b, ready: true, restartCount: 1, state: {running: {}}}]}|2/2|Running|1",
        "{phase: Running, containerStatuses: [{name: a, restartCount: 3, state: {waiting: {reason:"
            + " CrashLoopBackOff}}, lastState: {terminated: {finishedAt: '2026-01-02T00:00:00Z'}}},"
            + " {name: b, ready: true, state: {running: {}}}]}|1/2|CrashLoopBackOff|3 (5m ago)",
        "{phase: Failed, containerStatuses: [{name: a, state: {terminated: {exitCode: 137, reason:"
            + " OOMKilled}}}]}|0/2|OOMKilled|0",
        "{phase: Failed, containerStatuses: [{name: a, state: {terminated: {exitCode: 2}}}]}"
            + "|0/2|ExitCode:2|0",
        "{phase: Failed, containerStatuses: [{name: a, state: {terminated: {signal: 9}}}]}"
            + "|0/2|Signal:9|0",
        "{phase: Succeeded, containerStatuses: [{name: a, state: {terminated: {exitCode: 0, reason:"
            + " Completed}}}]}|0/2|Completed|0",
        "{phase: Running, containerStatuses: [{name: a, state: {terminated: {exitCode: 0, reason:"
            + " Completed}}}, {name: b, ready: true, state: {running: {}}}]}|1/2|NotReady|0",
        "{phase: Running, conditions: [{type: Ready, status: 'True'}], containerStatuses: [{name:"
            + " a, state: {terminated: {exitCode: 0, reason: Completed}}}, {name: b, ready: true,"
            + " state: {running: {}}}]}|1/2|Running|0",
        "{phase: Pending, conditions: [{type: PodScheduled, status: 'False', reason:"
            + " SchedulingGated}]}|0/2|SchedulingGated|0",
        "{phase: Failed, reason: Evicted}|0/2|Evicted|0",
        "{phase: Pending, containerStatuses: [{name: a, state: {waiting: {reason: ErrImagePull}}}]}"
            + "|0/2|ErrImagePull|0"
      })
  void sumPodsUp(String status, String ready, String reason, String restarts) {
    String pod =
        "{metadata: {name: p, creationTimestamp: '2026-01-01T00:05:00Z'},"
            + " spec: {containers: [{name: a}, {name: b}]}, status: "
            + status
            + "}";
    assertEquals(
        "p|" + ready + "|" + reason + "|" + restarts + "|24h|<none>|<none>|<none>|<none>",
        row("Pod", pod));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[{name: i, state: {running: {}}}]|Init:0/2|0/2",
        "[{name: i, state: {terminated: {exitCode: 0}}}, {name: side, state: {waiting: {}}}]"
            + "|Init:1/2|0/2",
        "[{name: i, state: {terminated: {exitCode: 1, reason: Error}}}]|Init:Error|0/2",
        "[{name: i, state: {terminated: {exitCode: 3}}}]|Init:ExitCode:3|0/2",
        "[{name: i, state: {waiting: {reason: CrashLoopBackOff}}}]|Init:CrashLoopBackOff|0/2",
        "[{name: i, state: {terminated: {exitCode: 0}}}, {name: side, started: true, ready: true,"
            + " state: {running: {}}}]|PodInitializing|1/2"
      })
  void sumInitContainersUp(String statuses, String reason, String ready) {
    PodStatusText text =
        new PodStatusText(
            Trees.yaml(
                "{spec: {initContainers: [{name: i}, {name: side, restartPolicy: Always}],"
                    + " containers: [{name: a}]}, status: {phase: Pending, initContainerStatuses: "
                    + statuses
                    + ", containerStatuses: [{name: a, state: {waiting: {reason:"
                    + " PodInitializing}}}]}}"));
    assertEquals(reason, text.reason());
    assertEquals(ready, text.ready());
  }

  @Test
  void showDeletion() {
    assertEquals(
        "Terminating",
        new PodStatusText(
                Trees.yaml("{metadata: {deletionTimestamp: x}, status: {phase: Running}}"))
            .reason());
    assertEquals(
        "Completed",
        new PodStatusText(
                Trees.yaml(
                    "{metadata: {deletionTimestamp: x}, status: {phase: Succeeded, reason:"
                        + " Completed}}"))
            .reason());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "Deployment;{metadata: {name: d}, spec: {replicas: 3, selector: {matchLabels: {a: b}},"
            + " template: {spec: {containers: [{name: c, image: i}, {name: e, image: f}]}}}, status:"
            + " {readyReplicas: 2, updatedReplicas: 3, availableReplicas: 1}}"
            + ";d|2/3|3|1|<unknown>|c,e|i,f|a=b",
        "ReplicaSet;{metadata: {name: r}, spec: {replicas: 3}, status: {replicas: 2,"
            + " readyReplicas: 1}};r|3|2|1|<unknown>|||<none>",
        "Job;{metadata: {name: j}, spec: {completions: 3, parallelism: 1}, status: {succeeded: 1,"
            + " startTime: '2026-01-02T00:00:00Z'}};j|Running|1/3|5m|<unknown>|||<none>",
        "Job;{metadata: {name: j}, spec: {parallelism: 2}, status: {succeeded: 1, startTime:"
            + " '2026-01-02T00:00:00Z', completionTime: '2026-01-02T00:00:07Z', conditions:"
            + " [{type: Complete, status: 'True'}]}};j|Complete|1/1 of 2|7s|<unknown>|||<none>",
        "Job;{metadata: {name: j}, spec: {completions: 1}, status: {conditions: [{type: Failed,"
            + " status: 'True'}]}};j|Failed|0/1||<unknown>|||<none>",
        "Service;{metadata: {name: s}, spec: {type: NodePort, clusterIP: 10.96.0.1, ports: [{port:"
            + " 80, nodePort: 30080, protocol: TCP}, {port: 53, protocol: UDP}], selector: {b: c,"
            + " a: b}}};s|NodePort|10.96.0.1|<none>|80:30080/TCP,53/UDP|<unknown>|a=b,b=c",
        "Service;{metadata: {name: s}, spec: {type: LoadBalancer, clusterIP:"
            + " 10.96.0.1}};s|LoadBalancer|10.96.0.1|<pending>|<none>|<unknown>|<none>",
        "Service;{metadata: {name: s}, spec: {type: ExternalName, externalName:"
            + " a.b}};s|ExternalName|<none>|a.b|<none>|<unknown>|<none>",
        "Endpoints;{metadata: {name: e}, subsets: [{addresses: [{ip: 1.1.1.1}, {ip: 1.1.1.2}],"
            + " ports: [{port: 1}, {port: 2}]}]}"
            + ";e|1.1.1.1:1,1.1.1.2:1,1.1.1.1:2 + 1 more...|<unknown>",
        "Endpoints;{metadata: {name: e}};e|<none>|<unknown>",
        "EndpointSlice;{metadata: {name: e}, addressType: IPv4, ports: [{port: 80}], endpoints:"
            + " [{addresses: [1.1.1.1]}, {addresses: [1.1.1.2]}]}"
            + ";e|IPv4|80|1.1.1.1,1.1.1.2|<unknown>",
        "EndpointSlice;{metadata: {name: e}, addressType: IPv4};e|IPv4|<unset>|<unset>|<unknown>",
        "ConfigMap;{metadata: {name: c}, data: {a: b}, binaryData: {c: YQ==}};c|2|<unknown>",
        "Secret;{metadata: {name: s}, type: Opaque, data: {a: YQ==}};s|Opaque|1|<unknown>",
        "ServiceAccount;{metadata: {name: s}};s|0|<unknown>",
        "Namespace;{metadata: {name: n}, status: {phase: Active}};n|Active|<unknown>",
        "Node;{metadata: {name: n, labels: {node-role.kubernetes.io/worker: '',"
            + " node-role.kubernetes.io/burst: ''}}, spec: {unschedulable: true}, status:"
            + " {conditions: [{type: Ready, status: 'True'}], addresses: [{type: InternalIP,"
            + " address: 10.0.0.1}], nodeInfo: {kubeletVersion: v1.33.0, osImage: Debian,"
            + " kernelVersion: 6.1, containerRuntimeVersion: docker://20}}}"
            + ";n|Ready,SchedulingDisabled|burst,worker|<unknown>|v1.33.0|10.0.0.1|<none>|Debian|6.1"
            + "|docker://20",
        "Node;{metadata: {name: n}};"
            + "n|Unknown|<none>|<unknown>||<none>|<none>|<unknown>|<unknown>|<unknown>",
        "PodDisruptionBudget;{metadata: {name: p}, spec: {minAvailable: 50%}, status:"
            + " {disruptionsAllowed: 1}};p|50%|N/A|1|<unknown>",
        "Lease;{metadata: {name: l}, spec: {holderIdentity: me}};l|me|<unknown>",
        "PriorityClass;{metadata: {name: p}, value: 7, preemptionPolicy:"
            + " Never};p|7|false|<unknown>|Never",
        "Event;{metadata: {name: e.1}, lastTimestamp: '2026-01-02T00:04:00Z', firstTimestamp:"
            + " '2026-01-02T00:00:00Z', count: 4, type: Normal, reason: Pulled, message: 'got it ',"
            + " involvedObject: {kind: Pod, name: p, fieldPath: 'spec.containers{c}'}, source:"
            + " {component: kubelet, host: n}}"
            + ";60s|Normal|Pulled|pod/p|spec.containers{c}|kubelet, n|got it|5m|4|e.1",
        "Event;{metadata: {name: e.2}, eventTime: '2026-01-02T00:00:00Z', series: {count: 9,"
            + " lastObservedTime: '2026-01-02T00:04:30.000000Z'}, reportingComponent: planner,"
            + " involvedObject: {kind: Node}}"
            + ";30s|||node||planner||5m|9|e.2"
      })
  void printRows(String kind, String document, String expected) {
    assertEquals(expected, row(kind, document));
  }
}
