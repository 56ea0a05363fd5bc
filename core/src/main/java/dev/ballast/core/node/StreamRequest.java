package dev.ballast.core.node;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;
import java.util.Map;

/** What the API asks a node's agent for; travels as JSON over the tunnel. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(value = StreamRequest.Logs.class, name = "logs"),
  @JsonSubTypes.Type(value = StreamRequest.Exec.class, name = "exec"),
  @JsonSubTypes.Type(value = StreamRequest.Attach.class, name = "attach"),
  @JsonSubTypes.Type(value = StreamRequest.Http.class, name = "http"),
})
public sealed interface StreamRequest {

  /**
   * Frames back: {@link Frame#STDOUT} with log bytes, then the end.
   *
   * @param tailLines -1 for all
   * @param sinceSeconds 0 for all; {@code sinceTime} (RFC 3339) "" for none
   * @param limitBytes 0 for no limit
   */
  record Logs(
      String namespace,
      String pod,
      String podUid,
      String container,
      boolean follow,
      boolean previous,
      boolean timestamps,
      long tailLines,
      long sinceSeconds,
      String sinceTime,
      long limitBytes)
      implements StreamRequest {}

  /**
   * Channels as in {@code v5.channel.k8s.io}; the last frame back is a Status on {@link
   * Frame#ERROR}.
   */
  record Exec(
      String namespace,
      String pod,
      String podUid,
      String container,
      List<String> command,
      boolean stdin,
      boolean stdout,
      boolean stderr,
      boolean tty)
      implements StreamRequest {}

  /** As Exec, to the container's main process. */
  record Attach(
      String namespace,
      String pod,
      String podUid,
      String container,
      boolean stdin,
      boolean stdout,
      boolean stderr,
      boolean tty)
      implements StreamRequest {}

  /**
   * One HTTP exchange with a port of a pod. Body frames to the node on {@link Frame#STDIN}, then a
   * {@link Frame#CLOSE} of it; back comes one {@link Frame#HEAD} (JSON {@link HttpHead}), then body
   * frames on {@link Frame#STDOUT}, then the end.
   *
   * @param path with query, as sent to the pod
   */
  record Http(
      String namespace,
      String pod,
      String podUid,
      String scheme,
      int port,
      String method,
      String path,
      Map<String, List<String>> headers)
      implements StreamRequest {}

  /** The head of a proxied answer. */
  record HttpHead(int status, Map<String, List<String>> headers) {}
}
