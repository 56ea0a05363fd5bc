package dev.ballast.control.endpoints;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ballast.core.model.Absent;
import dev.ballast.core.model.ObjectMeta;
import java.util.List;
import java.util.Map;

/** A v1 Service, as the endpoints' controllers see it. */
public record Service(ObjectMeta metadata, Spec spec) {

  public Service {
    spec = spec == null ? new Spec(null, null, null, null, false) : spec;
  }

  public record Spec(
      Map<String, String> selector,
      List<Port> ports,
      String clusterIP,
      String type,
      boolean publishNotReadyAddresses) {
    public Spec {
      selector = Absent.map(selector);
      ports = Absent.list(ports);
      clusterIP = Absent.text(clusterIP);
      type = Absent.text(type);
    }
  }

  /**
   * @param targetPort number or name, as written; null for {@code port}
   */
  public record Port(
      String name, String protocol, int port, JsonNode targetPort, String appProtocol) {
    public Port {
      name = Absent.text(name);
      protocol = protocol == null ? "TCP" : protocol;
      appProtocol = Absent.text(appProtocol);
    }
  }

  /** Without a selector, or outside the cluster, its endpoints are somebody else's affair. */
  boolean isSelecting() {
    return !spec.selector().isEmpty() && !spec.type().equals("ExternalName");
  }

  boolean isHeadless() {
    return spec.clusterIP().equals("None");
  }
}
