package dev.ballast.kinds.builtin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.status.Failure.Cause;
import dev.ballast.kinds.schema.Addresses;
import dev.ballast.kinds.schema.FieldErrors;
import dev.ballast.kinds.schema.Names;
import dev.ballast.kinds.schema.Rules;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Services. Addresses are given out by admission, which sees the other services. Stateless. */
final class ServiceHooks extends MetadataHooks {

  private static final int ONE_DAY = 86_400;

  ServiceHooks() {
    super(NameSyntax.DNS_1035);
  }

  /** As Kubernetes' AllowCreateOnUpdate: clients PUT without looking first. */
  @Override
  public boolean createsOnUpdate() {
    return true;
  }

  @Override
  public void applyDefaults(ObjectNode document) {
    if (!(document.path("spec") instanceof ObjectNode spec)) {
      return;
    }
    String type = spec.path("type").asText("ClusterIP");
    boolean external = type.equals("NodePort") || type.equals("LoadBalancer");
    boolean named = type.equals("ExternalName");
    if (!named && !spec.has("internalTrafficPolicy")) {
      spec.put("internalTrafficPolicy", "Cluster");
    }
    if (external && spec.path("externalTrafficPolicy").asText("").isEmpty()) {
      spec.put("externalTrafficPolicy", "Cluster");
    }
    if (type.equals("LoadBalancer") && !spec.has("allocateLoadBalancerNodePorts")) {
      spec.put("allocateLoadBalancerNodePorts", true);
    }
    if (spec.path("sessionAffinity").asText("").equals("ClientIP")) {
      ObjectNode client =
          spec.withObjectProperty("sessionAffinityConfig").withObjectProperty("clientIP");
      if (!client.has("timeoutSeconds")) {
        client.put("timeoutSeconds", 10_800);
      }
    } else {
      spec.remove("sessionAffinityConfig");
    }
    spec.path("ports").forEach(port -> targetPort((ObjectNode) port));
  }

  private static void targetPort(ObjectNode port) {
    JsonNode target = port.path("targetPort");
    if (port.has("port") && (Check.isUnset(target) || target.isInt() && target.intValue() == 0)) {
      port.set("targetPort", port.get("port"));
    }
  }

  @Override
  public void prepareForCreate(ObjectNode document) {
    document.putObject("status").putObject("loadBalancer");
  }

  @Override
  void validate(JsonNode document, List<Cause> causes) {
    JsonNode spec = document.path("spec");
    String type = spec.path("type").asText("ClusterIP");
    boolean headless = spec.path("clusterIP").asText("").equals("None");
    if (type.equals("ExternalName")) {
      externalName(spec, causes);
    } else if (spec.path("ports").isEmpty() && !headless) {
      causes.add(FieldErrors.required("spec.ports"));
    }
    if (headless && (type.equals("NodePort") || type.equals("LoadBalancer"))) {
      causes.add(
          FieldErrors.invalid(
              "spec.clusterIPs[0]", "None", "may not be set to 'None' for " + type + " services"));
    }
    clusterIp(spec, causes);
    ports(spec.path("ports"), type, causes);
    Metadata.labels(spec.path("selector"), "spec.selector", causes);
    JsonNode timeout = spec.path("sessionAffinityConfig").path("clientIP").path("timeoutSeconds");
    if (!timeout.isMissingNode() && (timeout.asInt() < 1 || timeout.asInt() > ONE_DAY)) {
      causes.add(
          FieldErrors.invalid(
              "spec.sessionAffinityConfig.clientIP.timeoutSeconds",
              timeout,
              "must be greater than 0 and less than " + ONE_DAY));
    }
  }

  private static void externalName(JsonNode spec, List<Cause> causes) {
    String clusterIp = spec.path("clusterIP").asText("");
    if (!clusterIp.isEmpty()) {
      causes.add(
          FieldErrors.forbidden("spec.clusterIPs", "may not be set for ExternalName services"));
    }
    String name = spec.path("externalName").asText("");
    if (name.isEmpty()) {
      causes.add(FieldErrors.required("spec.externalName"));
    } else {
      Names.subdomain(name.endsWith(".") ? name.substring(0, name.length() - 1) : name)
          .ifPresent(wrong -> causes.add(FieldErrors.invalid("spec.externalName", name, wrong)));
    }
  }

  private static void clusterIp(JsonNode spec, List<Cause> causes) {
    String ip = spec.path("clusterIP").asText("");
    if (!ip.isEmpty() && !ip.equals("None")) {
      Addresses.ip(ip)
          .ifPresent(wrong -> causes.add(FieldErrors.invalid("spec.clusterIPs[0]", ip, wrong)));
    }
    JsonNode all = spec.path("clusterIPs");
    if (!all.isEmpty() && !all.get(0).asText().equals(ip)) {
      causes.add(FieldErrors.invalid("spec.clusterIPs", all, "first value must match `clusterIP`"));
    }
  }

  private static void ports(JsonNode ports, String type, List<Cause> causes) {
    Set<String> numbers = new HashSet<>();
    Check.unique(ports, "spec.ports", "name", causes);
    for (int i = 0; i < ports.size(); i++) {
      JsonNode port = ports.get(i);
      String path = "spec.ports[" + i + "]";
      port(port, path, ports.size() > 1, causes);
      String number = port.path("protocol").asText("TCP") + "/" + port.path("port").asInt();
      if (!numbers.add(number)) {
        causes.add(FieldErrors.duplicate(path, port));
      }
      if (port.path("nodePort").asInt(0) != 0
          && (type.equals("ClusterIP") || type.equals("ExternalName"))) {
        causes.add(
            FieldErrors.forbidden(
                path + ".nodePort", "may not be used when `type` is '" + type + "'"));
      }
    }
  }

  private static void port(JsonNode port, String path, boolean several, List<Cause> causes) {
    String name = port.path("name").asText("");
    if (several && name.isEmpty()) {
      causes.add(FieldErrors.required(path + ".name"));
    } else if (!name.isEmpty()) {
      Names.label(name)
          .ifPresent(wrong -> causes.add(FieldErrors.invalid(path + ".name", name, wrong)));
    }
    int number = port.path("port").asInt(0);
    if (number < 1 || number > 65535) {
      causes.add(
          FieldErrors.invalid(path + ".port", number, "must be between 1 and 65535, inclusive"));
    }
    JsonNode target = port.path("targetPort");
    if (!Check.isUnset(target) && number != 0) {
      Rules.named("port-or-name").check(path + ".targetPort", target).ifPresent(causes::add);
    }
  }

  /** The address stays what it was, unless the service stops or starts being ExternalName. */
  @Override
  void validateChange(JsonNode document, JsonNode previous, List<Cause> causes) {
    JsonNode now = document.path("spec");
    JsonNode before = previous.path("spec");
    String ip = before.path("clusterIP").asText("");
    boolean named =
        now.path("type").asText("").equals("ExternalName")
            || before.path("type").asText("").equals("ExternalName");
    if (named || ip.isEmpty() || now.path("clusterIP").asText("").equals(ip)) {
      return;
    }
    causes.add(
        now.path("clusterIP").asText("").isEmpty()
            ? FieldErrors.invalid(
                "spec.clusterIPs[0]",
                Check.shown(now.path("clusterIPs")),
                "primary clusterIP can not be unset")
            : FieldErrors.invalid(
                "spec.clusterIPs[0]",
                now.path("clusterIPs").isEmpty() ? now.path("clusterIP") : now.path("clusterIPs"),
                "may not change once set"));
  }
}
