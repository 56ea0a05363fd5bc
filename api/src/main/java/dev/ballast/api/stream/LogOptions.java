package dev.ballast.api.stream;

import dev.ballast.api.server.Exchange;
import dev.ballast.api.server.Refusal;
import dev.ballast.core.node.StreamRequest;
import dev.ballast.core.status.Failure;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;

/** The query of {@code pods/NAME/log}, checked as kube-apiserver checks PodLogOptions. */
record LogOptions(
    String container,
    boolean follow,
    boolean previous,
    boolean timestamps,
    long tailLines,
    long sinceSeconds,
    String sinceTime,
    long limitBytes) {

  private static final long ABSENT = Long.MIN_VALUE;

  static LogOptions read(Exchange exchange) throws Refusal {
    String pod = exchange.info().name();
    long tailLines = number(exchange, "tailLines");
    long sinceSeconds = number(exchange, "sinceSeconds");
    long limitBytes = number(exchange, "limitBytes");
    String sinceTime = exchange.query("sinceTime");
    List<Failure.Cause> wrong = new ArrayList<>();
    if (tailLines != ABSENT && tailLines < 0) {
      wrong.add(invalid("tailLines", tailLines, "must be greater than or equal to 0"));
    }
    if (limitBytes != ABSENT && limitBytes < 1) {
      wrong.add(invalid("limitBytes", limitBytes, "must be greater than 0"));
    }
    if (sinceSeconds != ABSENT && !sinceTime.isEmpty()) {
      wrong.add(
          new Failure.Cause(
              "FieldValueForbidden",
              "Forbidden: at most one of `sinceTime` or `sinceSeconds` may be specified",
              ""));
    } else if (sinceSeconds != ABSENT && sinceSeconds < 1) {
      wrong.add(invalid("sinceSeconds", sinceSeconds, "must be greater than 0"));
    }
    if (!wrong.isEmpty()) {
      throw new Refusal(invalid(pod, wrong));
    }
    checkTime(sinceTime);
    return new LogOptions(
        exchange.query("container"),
        exchange.flag("follow"),
        exchange.flag("previous"),
        exchange.flag("timestamps"),
        tailLines == ABSENT ? -1 : tailLines,
        sinceSeconds == ABSENT ? 0 : sinceSeconds,
        sinceTime,
        limitBytes == ABSENT ? 0 : limitBytes);
  }

  StreamRequest.Logs request(Pods.Target pod, String ofContainer) {
    return new StreamRequest.Logs(
        pod.namespace(),
        pod.name(),
        pod.uid(),
        ofContainer,
        follow,
        previous,
        timestamps,
        tailLines,
        sinceSeconds,
        sinceTime,
        limitBytes);
  }

  private static long number(Exchange exchange, String name) throws Refusal {
    String text = exchange.query(name);
    try {
      return text.isEmpty() ? ABSENT : Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw Failures.badRequest(
          "strconv.ParseInt: parsing \"" + text + "\": invalid syntax (parameter " + name + ")");
    }
  }

  private static void checkTime(String text) throws Refusal {
    try {
      if (!text.isEmpty()) {
        OffsetDateTime.parse(text);
      }
    } catch (DateTimeException e) {
      throw Failures.badRequest("parameter sinceTime is no RFC 3339 time: \"" + text + "\"");
    }
  }

  private static Failure.Cause invalid(String field, long value, String why) {
    return new Failure.Cause("FieldValueInvalid", "Invalid value: " + value + ": " + why, field);
  }

  private static Failure invalid(String pod, List<Failure.Cause> causes) {
    List<String> texts =
        causes.stream()
            .map(cause -> (cause.field().isEmpty() ? "" : cause.field() + ": ") + cause.message())
            .toList();
    String all = texts.size() == 1 ? texts.getFirst() : "[" + String.join(", ", texts) + "]";
    return new Failure(
        422,
        "Invalid",
        "PodLogOptions \"" + pod + "\" is invalid: " + all,
        new Failure.Details(pod, "", "PodLogOptions", "", causes, 0));
  }
}
