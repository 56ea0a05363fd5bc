package dev.ballast.executor.manifest;

/** A probe with Kubernetes' defaults filled in. Times in seconds. */
public record Probe(
    Handler.Exec exec,
    Handler.HttpGet httpGet,
    Handler.TcpSocket tcpSocket,
    Handler.Grpc grpc,
    int initialDelaySeconds,
    int timeoutSeconds,
    int periodSeconds,
    int successThreshold,
    int failureThreshold,
    Long terminationGracePeriodSeconds) {

  public Probe {
    timeoutSeconds = timeoutSeconds <= 0 ? 1 : timeoutSeconds;
    periodSeconds = periodSeconds <= 0 ? 10 : periodSeconds;
    successThreshold = successThreshold <= 0 ? 1 : successThreshold;
    failureThreshold = failureThreshold <= 0 ? 3 : failureThreshold;
  }

  public Handler handler() {
    return new Handler(exec, httpGet, tcpSocket, grpc, null);
  }
}
