package dev.ballast.executor.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ballast.core.model.Absent;
import java.util.List;

/** What a probe or a lifecycle hook does: one of the fields is set. */
public record Handler(Exec exec, HttpGet httpGet, TcpSocket tcpSocket, Grpc grpc, Sleep sleep) {

  public record Exec(List<String> command) {
    public Exec {
      command = Absent.list(command);
    }
  }

  /** {@code port} is a number or the name of a container's port. */
  public record HttpGet(
      String path, JsonNode port, String host, String scheme, List<Header> httpHeaders) {
    public HttpGet {
      path = path == null || path.isEmpty() ? "/" : path;
      host = Absent.text(host);
      scheme = scheme == null ? "HTTP" : scheme;
      httpHeaders = Absent.list(httpHeaders);
    }
  }

  public record Header(String name, String value) {
    public Header {
      value = Absent.text(value);
    }
  }

  public record TcpSocket(JsonNode port, String host) {
    public TcpSocket {
      host = Absent.text(host);
    }
  }

  /** The gRPC health protocol on a numbered port; {@code service} "" asks for the whole server. */
  public record Grpc(int port, String service) {
    public Grpc {
      service = Absent.text(service);
    }
  }

  public record Sleep(long seconds) {}
}
