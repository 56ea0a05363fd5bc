package dev.ballast.kinds.builtin;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.resource.MergePatch;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is refused, in kube-apiserver's words: a fine document, a merge patch, what is wrong. */
class ValidationTest {

  /** A fine document of each kind. */
  static final Map<String, String> FINE =
      Map.ofEntries(
          Map.entry(
              "Pod",
              """
              metadata: {name: p}
              spec: {containers: [{name: c, image: i}], volumes: [{name: v, emptyDir: {}}]}
              """),
          Map.entry(
              "Deployment",
              """
              metadata: {name: d}
              spec:
                selector: {matchLabels: {a: b}}
                template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: i}]}}
              """),
          Map.entry(
              "ReplicaSet",
              """
              metadata: {name: d}
              spec:
                selector: {matchLabels: {a: b}}
                template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: i}]}}
              """),
          Map.entry(
              "Job",
              """
              metadata: {name: j}
              spec: {template: {spec: {restartPolicy: Never, containers: [{name: c, image: i}]}}}
              """),
          Map.entry("Service", "{metadata: {name: s}, spec: {ports: [{port: 80}]}}"),
          Map.entry("Secret", "{metadata: {name: s}, data: {a: YQ==}}"),
          Map.entry("ConfigMap", "{metadata: {name: c}, data: {a: b}}"),
          Map.entry("Namespace", "{metadata: {name: n}}"),
          Map.entry("Node", "{metadata: {name: n}}"),
          Map.entry("PodDisruptionBudget", "{metadata: {name: p}, spec: {minAvailable: 1}}"),
          Map.entry("PriorityClass", "{metadata: {name: p}, value: 1}"),
          Map.entry("Lease", "{metadata: {name: l}, spec: {leaseDurationSeconds: 40}}"),
          Map.entry(
              "EndpointSlice",
              "{metadata: {name: e}, addressType: IPv4, endpoints: [{addresses: [1.1.1.1]}]}"),
          Map.entry("Endpoints", "{metadata: {name: e}, subsets: [{addresses: [{ip: 1.1.1.1}]}]}"),
          Map.entry("ServiceAccount", "{metadata: {name: s}}"),
          Map.entry(
              "Event",
              "{metadata: {name: e, namespace: n}, involvedObject: {kind: Pod, namespace: n}}"),
          Map.entry(
              "PersistentVolumeClaim",
              """
              metadata: {name: c}
              spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
              """),
          Map.entry(
              "NodePool",
              """
              metadata: {name: p}
              spec:
                replicas: 3
                template:
                  metadata: {labels: {team: a}}
                  spec:
                    requirements: [{key: zone, operator: In, values: [z]}]
                    taints: [{key: t, effect: NoSchedule}]
                    nodeClassRef: {group: g, kind: K, name: n}
              """),
          Map.entry(
              "NodeClaim",
              """
              metadata: {name: c}
              spec: {requirements: [], expireAfter: 1h, nodeClassRef: {group: g, kind: K, name: n}}
              """),
          Map.entry("KWOKNodeClass", "{metadata: {name: k}, spec: {nodeRegistrationDelay: 5s}}"),
          Map.entry("SelfSubjectAccessReview", "{spec: {resourceAttributes: {verb: get}}}"));

  /** One letter more than a label's value may have. */
  private static final String LONG =
      "a23456789a123456789a123456789a123456789a123456789a123456789a1234";

  private static ObjectNode patched(String kind, String patch) {
    return (ObjectNode) MergePatch.apply(Trees.yaml(FINE.get(kind)), Trees.yaml(patch));
  }

  @Test
  void fineDocumentsAreFine() {
    FINE.forEach(
        (kind, text) ->
            assertEquals(List.of(), Trees.wrong(Trees.kind(kind), Trees.yaml(text)), kind));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "PersistentVolumeClaim|spec: {accessModes: [Sometimes]}|spec.accessModes: Unsupported"
            + " value: \"Sometimes\": supported values: \"ReadOnlyMany\", \"ReadWriteMany\","
            + " \"ReadWriteOnce\", \"ReadWriteOncePod\"",
        "PersistentVolumeClaim|spec: {accessModes: [ReadWriteOncePod, ReadOnlyMany]}"
            + "|spec.accessModes: Forbidden: may not use ReadWriteOncePod with other access modes",
        "Pod|spec: {containers: []}|spec.containers: Required value",
        "Pod|spec: {containers: [{name: c}]}|spec.containers[0].image: Required value",
        "Pod|spec: {containers: [{image: i}]}|spec.containers[0].name: Required value",
        "Pod|spec: {containers: [{name: c, image: i}, {name: c, image: i}]}"
            + "|spec.containers[1].name: Duplicate value: \"c\"",
        "Pod|spec: {initContainers: [{name: c, image: i}]}"
            + "|spec.initContainers[0].name: Duplicate value: \"c\"",
        "Pod|spec: {containers: [{name: c, image: i, imagePullPolicy: Maybe}]}"
            + "|spec.containers[0].imagePullPolicy: Unsupported value: \"Maybe\": supported values:"
            + " \"Always\", \"IfNotPresent\", \"Never\"",
        "Pod|spec: {containers: [{name: c, image: i, ports: [{containerPort: 0}]}]}"
            + "|spec.containers[0].ports[0].containerPort: Required value",
        "Pod|spec: {containers: [{name: c, image: i, ports: [{containerPort: 80, hostPort: 80},"
            + " {containerPort: 81, hostPort: 80}]}]}"
            + "|spec.containers[0].ports[1].hostPort: Duplicate value: \"TCP//80\"",
        "Pod|spec: {containers: [{name: c, image: i, volumeMounts: [{name: w, mountPath: /a}]}]}"
            + "|spec.containers[0].volumeMounts[0].name: Not found: \"w\"",
        "Pod|spec: {containers: [{name: c, image: i, volumeMounts: [{name: v, mountPath: /a},"
            + " {name: v, mountPath: /a}]}]}|spec.containers[0].volumeMounts[1].mountPath: Invalid"
            + " value: \"/a\": must be unique",
        "Pod|spec: {volumes: [{name: v, emptyDir: {}}], containers: [{name: c, image: i,"
            + " volumeMounts: [{name: v, mountPath: '/a:/b'}]}]}"
            + "|spec.containers[0].volumeMounts[0].mountPath: Invalid value: \"/a:/b\": must not"
            + " contain ':'",
        "Pod|spec: {volumes: [{name: v, emptyDir: {}, hostPath: {path: /}}]}"
            + "|spec.volumes[0].hostPath: Forbidden: may not specify more than 1 volume type",
        "Pod|spec: {containers: [{name: c, image: i, resources: {requests: {cpu: 2}, limits: {cpu:"
            + " 1}}}]}"
            + "|spec.containers[0].resources.requests: Invalid value: \"2\": must be less than or"
            + " equal to cpu limit of 1",
        "Pod|spec: {containers: [{name: c, image: i, resources: {limits: {memory:"
            + " -1Mi}}}]}|spec.containers[0].resources.limits[memory]: Invalid value: \"-1Mi\":"
            + " must be greater than or equal to 0 / spec.containers[0].resources.requests[memory]:"
            + " Invalid value: \"-1Mi\": must be greater than or equal to 0",
        "Pod|spec: {containers: [{name: c, image: i, resources: {requests: {example.com/gpu: 1}}}]}"
            + "|spec.containers[0].resources.limits[example.com/gpu]: Required value: Limit must be"
            + " set for non overcommitable resources",
        "Pod|spec: {containers: [{name: c, image: i, env: [{name:"
            + " A=B}]}]}|spec.containers[0].env[0].name: Invalid value: \"A=B\": a valid"
            + " environment variable name must consist only of printable ASCII characters other"
            + " than '='",
        "Pod|spec: {containers: [{name: c, image: i, env: [{name: A, valueFrom: {}}]}]}"
            + "|spec.containers[0].env[0].valueFrom: Invalid value: \"\": must specify one of:"
            + " `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`",
        "Pod|spec: {containers: [{name: c, image: i, env: [{name: A, valueFrom: {fieldRef:"
            + " {fieldPath: spec.x}}}]}]}"
            + "|spec.containers[0].env[0].valueFrom.fieldRef.fieldPath: Invalid value: \"spec.x\":"
            + " error converting fieldPath: field label not supported: spec.x",
        "Pod|spec: {containers: [{name: c, image: i, livenessProbe: {periodSeconds: 1}}]}"
            + "|spec.containers[0].livenessProbe: Required value: must specify a handler type",
        "Pod|spec: {containers: [{name: c, image: i, livenessProbe: {exec: {command: [a]},"
            + " successThreshold: 2}}]}"
            + "|spec.containers[0].livenessProbe.successThreshold: Invalid value: 2: must be 1",
        "Pod|spec: {initContainers: [{name: d, image: i, livenessProbe: {exec: {command: [a]}}}]}"
            + "|spec.initContainers[0].livenessProbe: Forbidden: may not be set for init containers"
            + " without restartPolicy=Always",
        "Pod|spec: {initContainers: [{name: d, image: i, restartPolicy:"
            + " Never}]}|spec.initContainers[0].restartPolicy: Unsupported value: \"Never\":"
            + " supported values: \"Always\"",
        "Pod|spec: {tolerations: [{operator: Equal}]}|spec.tolerations[0].operator: Invalid value:"
            + " \"Equal\": operator must be Exists when `key` is empty, which means \"match all"
            + " values and all keys\"",
        "Pod|spec: {tolerations: [{key: a, operator: Exists, effect: NoSchedule, tolerationSeconds:"
            + " 1}]}|spec.tolerations[0].effect: Invalid value: \"NoSchedule\": effect must be"
            + " 'NoExecute' when `tolerationSeconds` is set",
        "Pod|spec: {activeDeadlineSeconds: 0}"
            + "|spec.activeDeadlineSeconds: Invalid value: 0: must be between 1 and 2147483647,"
            + " inclusive",
        "Pod|spec: {ephemeralContainers: [{name: e, image: i}]}"
            + "|spec.ephemeralContainers: Forbidden: cannot be set on create",
        "Pod|metadata: {labels: {'a b': c}}"
            + "|metadata.labels: Invalid value: \"a b\": name part must consist of alphanumeric"
            + " characters, '-', '_' or '.', and must start and end with an alphanumeric character"
            + " (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is"
            + " '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')",
        "Pod|metadata: {ownerReferences: [{apiVersion: v1, kind: Pod, name: p}]}"
            + "|metadata.ownerReferences[0].uid: Invalid value: \"\": must not be empty",
        "Pod|metadata: {name: null}"
            + "|metadata.name: Required value: name or generateName is required",
        "Deployment|spec: {selector: null}|spec.selector: Required value /"
            + " spec.template.metadata.labels: Invalid value: {\"a\":\"b\"}: `selector` does not"
            + " match template `labels`",
        "Deployment|spec: {selector: {matchLabels: {a: null}}}"
            + "|spec.selector: Invalid value: {\"matchLabels\":{}}: empty selector is invalid for"
            + " deployment",
        "Deployment|spec: {template: {metadata: {labels: {a: c}}}}|spec.template.metadata.labels:"
            + " Invalid value: {\"a\":\"c\"}: `selector` does not match template `labels`",
        "Deployment|spec: {replicas: -1}"
            + "|spec.replicas: Invalid value: -1: must be greater than or equal to 0",
        "Deployment|spec: {template: {spec: {restartPolicy: Never}}}"
            + "|spec.template.spec.restartPolicy: Unsupported value: \"Never\": supported values:"
            + " \"Always\"",
        "Deployment|spec: {strategy: {rollingUpdate: {maxSurge: 0, maxUnavailable:"
            + " 0%}}}|spec.strategy.rollingUpdate.maxUnavailable: Invalid value: \"0%\": may not be"
            + " 0 when `maxSurge` is 0",
        "Deployment|spec: {strategy: {type: Recreate, rollingUpdate: {maxSurge:"
            + " 1}}}|spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy"
            + " `type` is 'Recreate'",
        "Deployment|spec: {minReadySeconds: 600}"
            + "|spec.progressDeadlineSeconds: Invalid value: 600: must be greater than"
            + " minReadySeconds",
        "ReplicaSet|spec: {selector: {matchExpressions: [{key: a, operator: Like}]}}"
            + "|spec.selector.matchExpressions[0].operator: Invalid value: \"Like\": not a valid"
            + " selector operator / spec.template.metadata.labels: Invalid value: {\"a\":\"b\"}:"
            + " `selector` does not match template `labels`",
        "Job|spec: {template: {spec: {restartPolicy: Always}}}"
            + "|spec.template.spec.restartPolicy: Required value: valid values: \"OnFailure\","
            + " \"Never\"",
        "Job|spec: {completionMode: Indexed, parallelism: 1}"
            + "|spec.completions: Required value: when completion mode is Indexed",
        "Job|spec: {backoffLimitPerIndex: 1}"
            + "|spec.backoffLimitPerIndex: Invalid value: 1: requires indexed completion mode",
        "Job|spec: {successPolicy: {rules: [{succeededCount: 1}]}}"
            + "|spec.successPolicy: Invalid value: {\"rules\":[{\"succeededCount\":1}]}: requires"
            + " indexed completion mode",
        "Job|spec: {completionMode: Indexed, completions: 5, successPolicy: {rules: []}}"
            + "|spec.successPolicy.rules: Required value",
        "Job|spec: {completionMode: Indexed, completions: 5, successPolicy: {rules: [{}]}}"
            + "|spec.successPolicy.rules[0]: Required value: at least one of succeededCount or"
            + " succeededIndexes must be specified",
        "Job|spec: {completionMode: Indexed, completions: 5, successPolicy: {rules:"
            + " [{succeededCount: 6}, {succeededIndexes: '1,3-4', succeededCount:"
            + " 4}]}}|spec.successPolicy.rules[0].succeededCount: Invalid value: 6: must be less"
            + " than or equal to 5 (the number of specified completions) /"
            + " spec.successPolicy.rules[1].succeededCount: Invalid value: 4: must be less than or"
            + " equal to 3 (the number of indexes in the specified succeededIndexes field)",
        "Job|spec: {completionMode: Indexed, completions: 5, successPolicy: {rules:"
            + " [{succeededIndexes: '3-1'}, {succeededIndexes: '2,1'}, {succeededIndexes: '5'},"
            + " {succeededIndexes: 'x'}, {succeededIndexes:"
            + " '1-2-3'}]}}|spec.successPolicy.rules[0].succeededIndexes: Invalid value: \"3-1\":"
            + " error parsing succeededIndexes: non-increasing order, previous: 3, current: 1 /"
            + " spec.successPolicy.rules[1].succeededIndexes: Invalid value: \"2,1\": error parsing"
            + " succeededIndexes: non-increasing order, previous: 2, current: 1 /"
            + " spec.successPolicy.rules[2].succeededIndexes: Invalid value: \"5\": error parsing"
            + " succeededIndexes: too large index: \"5\" /"
            + " spec.successPolicy.rules[3].succeededIndexes: Invalid value: \"x\": error parsing"
            + " succeededIndexes: cannot convert string to integer for index: \"x\" /"
            + " spec.successPolicy.rules[4].succeededIndexes: Invalid value: \"1-2-3\": error"
            + " parsing succeededIndexes: the fragment \"1-2-3\" violates the requirement that an"
            + " index interval can have at most two parts separated by '-'",
        "Job|spec: {completionMode: Indexed, completions: 5, successPolicy: {rules:"
            + " [{succeededCount: -1}]}}|spec.successPolicy.rules[0].succeededCount: Invalid value:"
            + " -1: must be greater than or equal to 0",
        "Job|spec: {completionMode: Indexed, completions: 2, backoffLimitPerIndex: 1,"
            + " maxFailedIndexes: 3}"
            + "|spec.maxFailedIndexes: Invalid value: 3: must be less than or equal to completions",
        "Job|spec: {managedBy: queue}"
            + "|spec.managedBy: Invalid value: \"queue\": must be a domain-prefixed path (such as"
            + " \"acme.io/foo\")",
        "Job|spec: {managedBy: 'example.com/a b'}"
            + "|spec.managedBy: Invalid value: \"a b\": invalid path (regex used for validation is"
            + " '[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+')",
        "Job|spec: {managedBy: 'example.com/"
            + "0123456789012345678901234567890123456789012345678901'}"
            + "|spec.managedBy: Too long: may not be more than 63 bytes",
        "Job|spec: {podFailurePolicy: {rules: [{action: FailJob, onExitCodes: {operator: In,"
            + " values: [0], containerName:"
            + " x}}]}}|spec.podFailurePolicy.rules[0].onExitCodes.containerName: Invalid value:"
            + " \"x\": must be one of the container or initContainer names in the pod template /"
            + " spec.podFailurePolicy.rules[0].onExitCodes.values[0]: Invalid value: 0: must not be"
            + " 0 for the In operator",
        "Job|spec: {manualSelector: true}|spec.selector: Required value",
        "Service|spec: {ports: []}|spec.ports: Required value",
        "Service|spec: {ports: [{port: 0}]}"
            + "|spec.ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive",
        "Service|spec: {ports: [{port: 80}, {name: a, port: 81}]}"
            + "|spec.ports[0].name: Required value",
        "Service|spec: {ports: [{port: 80, nodePort: 30000}]}"
            + "|spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'",
        "Service|spec: {type: ExternalName}|spec.externalName: Required value",
        "Service|spec: {clusterIP: here}"
            + "|spec.clusterIPs[0]: Invalid value: \"here\": must be a valid IP address, (e.g."
            + " 10.9.8.7 or 2001:db8::ffff)",
        "Service|metadata: {name: 1a}"
            + "|metadata.name: Invalid value: \"1a\": a DNS-1035 label must consist of lower case"
            + " alphanumeric characters or '-', start with an alphabetic character, and end with an"
            + " alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is"
            + " '[a-z]([-a-z0-9]*[a-z0-9])?')",
        "Secret|type: kubernetes.io/tls"
            + "|data[tls.crt]: Required value / data[tls.key]: Required value",
        "Secret|{type: kubernetes.io/dockerconfigjson, data: {.dockerconfigjson:"
            + " YQ==}}|data[.dockerconfigjson]: Invalid value: \"<secret contents redacted>\":"
            + " Unrecognized token 'a': was expecting (JSON String, Number, Array, Object or token"
            + " 'null', 'true' or 'false')",
        "ConfigMap|data: {a/b: c}"
            + "|data[a/b]: Invalid value: \"a/b\": a valid config key must consist of alphanumeric"
            + " characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex"
            + " used for validation is '[-._a-zA-Z0-9]+')",
        "ConfigMap|binaryData: {a: YQ==}"
            + "|data[a]: Invalid value: \"a\": duplicate of key present in binaryData",
        "Node|spec: {taints: [{key: a, effect: NoSchedule}, {key: a, value: b, effect:"
            + " NoSchedule}]}"
            + "|spec.taints[1]: Duplicate value:"
            + " {\"key\":\"a\",\"value\":\"b\",\"effect\":\"NoSchedule\"}",
        "Node|spec: {podCIDR: 10.0.0.0}"
            + "|spec.podCIDR: Invalid value: \"10.0.0.0\": must be a valid CIDR value, (e.g."
            + " 10.9.8.0/24 or 2001:db8::/64)",
        "PodDisruptionBudget|spec: {maxUnavailable: 1}"
            + "|spec: Invalid value: {\"minAvailable\":1,\"maxUnavailable\":1}: minAvailable and"
            + " maxUnavailable cannot be both set",
        "PodDisruptionBudget|spec: {minAvailable: 120%}"
            + "|spec.minAvailable: Invalid value: \"120%\": must not be greater than 100%",
        "NodePool|metadata: {name: pppppppppppppppppppppppppppppppppppppppppppppppppppppppppp}"
            + "|metadata.name: Invalid value:"
            + " \"pppppppppppppppppppppppppppppppppppppppppppppppppppppppppp\": must be no more than"
            + " 57 characters: machines are named after it",
        "NodePool|spec: {replicas: -1}"
            + "|spec.replicas: Invalid value: -1: must be greater than or equal to 0",
        "NodePool|spec: {template: {spec: {nodeClassRef: {name: null, kind: ''}}}}"
            + "|spec.template.spec.nodeClassRef.kind: Required value /"
            + " spec.template.spec.nodeClassRef.name: Required value",
        "NodePool|spec: {weight: 5, limits: {cpu: 4, nodes: 2}}"
            + "|spec.limits.cpu: Forbidden: with spec.replicas, nodes can be limited only /"
            + " spec.weight: Forbidden: may not be set beside spec.replicas",
        "NodePool|spec: {template: {metadata: {labels: {kubernetes.io/hostname: a}}}}"
            + "|spec.template.metadata.labels: Forbidden: kubernetes.io/hostname is not a template's"
            + " to set",
        "NodePool|spec: {template: {spec: {requirements: [{key: a, operator: In}]}}}"
            + "|spec.template.spec.requirements[0].values: Invalid value: null: In needs a value at"
            + " least",
        "NodePool|spec: {template: {spec: {requirements: [{key: a, operator: Gt, values: [b]}]}}}"
            + "|spec.template.spec.requirements[0].values: Invalid value: [\"b\"]: Gt needs one"
            + " positive integer",
        "NodePool|spec: {template: {spec: {terminationGracePeriod: Never}}}"
            + "|spec.template.spec.terminationGracePeriod: Invalid value: \"Never\": must be a"
            + " duration such as 30s, 5m or 1h30m",
        "NodeClaim|spec: {expireAfter: soon}"
            + "|spec.expireAfter: Invalid value: \"soon\": must be a duration such as 30s, 5m or"
            + " 1h30m, or Never",
        "NodeClaim|spec: {expireAfter: 0h0s}"
            + "|spec.expireAfter: Invalid value: \"0h0s\": must be more than 0, for each machine would"
            + " end at once",
        "NodeClaim|spec: {terminationGracePeriod: 10000000000s}"
            + "|spec.terminationGracePeriod: Invalid value: \"10000000000s\": must be less than 876000h",
        "NodeClaim|spec: {expireAfter: 99999999999999999999h}"
            + "|spec.expireAfter: Invalid value: \"99999999999999999999h\": must be less than 876000h",
        "NodeClaim|metadata: {name: "
            + LONG
            + "}|metadata.name: Invalid value: \""
            + LONG
            + "\": must be no more than 63 bytes",
        "NodeClaim|metadata: {labels: {karpenter.sh/nodepool: a, kubernetes.io/hostname: b}}"
            + "|metadata.labels: Forbidden: kubernetes.io/hostname is not a claim's to set",
        "NodeClaim|spec: {requirements: [{key: karpenter.sh/registered, operator: Exists}]}"
            + "|spec.requirements[0].key: Forbidden: karpenter.sh/registered is not a claim's to set",
        "NodePool|spec: {template: {metadata: {labels: {karpenter.sh/initialized: 'true',"
            + " karpenter.sh/capacity-type: spot}}}}"
            + "|spec.template.metadata.labels: Forbidden: karpenter.sh/initialized is not a template's"
            + " to set",
        "NodeClaim|spec: {startupTaints: [{key: a, effect: NoSchedule}], taints: [{key: a, effect: NoSchedule}]}"
            + "|spec.startupTaints[0]: Duplicate value: {\"key\":\"a\",\"effect\":\"NoSchedule\"}",
        "PriorityClass|value: 1000000001"
            + "|value: Forbidden: maximum allowed value of a user defined priority is 1000000000",
        "PriorityClass|metadata: {name: system-mine}|metadata.name: Forbidden: priority class names"
            + " with 'system-' prefix are reserved for system use only",
        "Lease|spec: {leaseDurationSeconds: 0}"
            + "|spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0",
        "EndpointSlice|endpoints: [{addresses: [nowhere]}]|endpoints[0].addresses[0]: Invalid"
            + " value: \"nowhere\": must be a valid IPv4 address",
        "EndpointSlice|addressType: null|addressType: Required value",
        "Endpoints|subsets: [{ports: [{port: 80}]}]"
            + "|subsets[0]: Required value: must specify `addresses` or `notReadyAddresses`",
        "Event|involvedObject: {namespace: m}"
            + "|involvedObject.namespace: Invalid value: \"m\": does not match event.namespace",
        "SelfSubjectAccessReview|spec: {resourceAttributes: null}|spec.resourceAttributes: Invalid"
            + " value: null: exactly one of nonResourceAttributes or resourceAttributes must be"
            + " specified"
      })
  void refuses(String kind, String patch, String expected) {
    assertEquals(expected, String.join(" / ", Trees.wrong(Trees.kind(kind), patched(kind, patch))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "Pod|spec: {containers: [{name: c, image: j}]}|~~",
        "Pod|spec: {tolerations: [{key: a, operator: Exists}]}|~~",
        "Pod|metadata: {labels: {a: b}}|~~",
        "Pod|spec: {containers: [{name: c, image: i, command: [a]}]}|spec: Forbidden: pod updates"
            + " may not change fields other than"
            + " `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations`"
            + " (only additions to existing tolerations),`spec.terminationGracePeriodSeconds`"
            + " (allow it to be set to 1 if it was previously negative)",
        "Pod|spec: {containers: [{name: c, image: i}, {name: d, image: i}]}"
            + "|spec.containers: Forbidden: pod updates may not add or remove containers",
        "Deployment|spec: {replicas: 3, template: {spec: {containers: [{name: c, image: j}]}}}|~~",
        "Deployment|{spec: {selector: {matchLabels: {c: d}}, template: {metadata: {labels: {c:"
            + " d}}}}}"
            + "|spec.selector: Invalid value: {\"matchLabels\":{\"a\":\"b\",\"c\":\"d\"}}: field is"
            + " immutable",
        "Job|spec: {parallelism: 3, suspend: true, activeDeadlineSeconds: 4}|~~",
        "Job|spec: {completions: 3}|spec.completions: Invalid value: 3: field is immutable",
        "Secret|type: other|type: Invalid value: \"other\": field is immutable",
        "Secret|data: {b: Yg==}|~~",
        "NodePool|spec: {replicas: 5}|~~",
        "NodePool|spec: {replicas: null}"
            + "|spec.replicas: Invalid value: null: a pool is of fixed size, or not, from the start:"
            + " make another pool",
        "NodePool|spec: {template: {spec: {nodeClassRef: {kind: L, name: m}}}}"
            + "|spec.template.spec.nodeClassRef.kind: Invalid value: \"L\": field is immutable",
        "NodeClaim|spec: {terminationGracePeriod: 5m}"
            + "|spec: Invalid value: {\"requirements\":[],\"expireAfter\":\"1h\",\"nodeClassRef\":"
            + "{\"group\":\"g\",\"kind\":\"K\",\"name\":\"n\"},\"terminationGracePeriod\":\"5m\"}: field"
            + " is immutable",
        "NodeClaim|metadata: {labels: {karpenter.sh/initialized: 'true'}}"
            + "|metadata.labels: Forbidden: karpenter.sh/initialized is not a claim's to set",
        "PriorityClass|value: 2|value: Forbidden: may not be changed in an update.",
        "PriorityClass|preemptionPolicy: Never"
            + "|preemptionPolicy: Invalid value: \"Never\": field is immutable",
        "EndpointSlice|{addressType: IPv6, endpoints: []}"
            + "|addressType: Invalid value: \"IPv6\": field is immutable"
      })
  void refusesChanges(String kind, String patch, String expected) {
    ObjectNode before = Trees.prepared(Trees.kind(kind), Trees.yaml(FINE.get(kind)));
    ObjectNode now = (ObjectNode) MergePatch.apply(before, Trees.yaml(patch));
    assertEquals(
        expected, String.join(" / ", Trees.wrongChange(Trees.kind(kind), now, before, "")));
  }

  @Test
  void immutableConfigStaysAsItIs() {
    ObjectNode before = patched("ConfigMap", "immutable: true");
    ObjectNode now = patched("ConfigMap", "{immutable: false, data: {a: c}}");
    assertEquals(
        List.of(
            "immutable: Forbidden: field is immutable when `immutable` is set",
            "data: Forbidden: field is immutable when `immutable` is set"),
        Trees.wrongChange(Trees.kind("ConfigMap"), now, before, ""));
  }

  @Test
  void aClaimKeepsItsMachine() {
    ObjectNode before = patched("NodeClaim", "status: {providerID: 'x://1'}");
    ObjectNode now = patched("NodeClaim", "status: {providerID: 'x://2'}");
    assertEquals(
        List.of("status.providerID: Invalid value: \"x://2\": field is immutable"),
        Trees.wrongChange(Trees.kind("NodeClaim"), now, before, "status"));
    ObjectNode unset = patched("NodeClaim", "{}");
    assertEquals(List.of(), Trees.wrongChange(Trees.kind("NodeClaim"), now, unset, "status"));
  }

  @Test
  void serviceKeepsItsAddress() {
    ObjectNode before = patched("Service", "spec: {clusterIP: 10.96.0.5, clusterIPs: [10.96.0.5]}");
    ObjectNode now = patched("Service", "spec: {clusterIP: 10.96.0.6, clusterIPs: [10.96.0.6]}");
    assertEquals(
        List.of("spec.clusterIPs[0]: Invalid value: [\"10.96.0.6\"]: may not change once set"),
        Trees.wrongChange(Trees.kind("Service"), now, before, ""));
  }

  @Test
  void configLargerThanOneMebibyteIsRefused() {
    ObjectNode map = patched("ConfigMap", "{}");
    map.withObjectProperty("data").put("a", "x".repeat(1024 * 1024 + 1));
    assertEquals(
        List.of("data: Too long: may not be more than 1048576 bytes"),
        Trees.wrong(Trees.kind("ConfigMap"), map));
    map.withObjectProperty("data").put("a", "x".repeat(1024 * 1024));
    assertEquals(List.of(), Trees.wrong(Trees.kind("ConfigMap"), map));
  }

  @Test
  void podsAskForTheirGracePeriodOnlyOnANode() {
    ObjectNode pod = Trees.yaml("{spec: {terminationGracePeriodSeconds: 7}}");
    assertEquals(0, Trees.kind("Pod").hooks().gracePeriodSeconds(pod));
    pod.withObjectProperty("spec").put("nodeName", "n");
    assertEquals(7, Trees.kind("Pod").hooks().gracePeriodSeconds(pod));
    pod.withObjectProperty("status").put("phase", "Failed");
    assertEquals(0, Trees.kind("Pod").hooks().gracePeriodSeconds(pod));
  }
}
