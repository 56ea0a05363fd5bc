package dev.ballast.kinds.builtin;

import static dev.ballast.kinds.builtin.Columns.text;
import static dev.ballast.kinds.builtin.Columns.timed;
import static dev.ballast.kinds.builtin.Columns.wide;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.ballast.core.time.Now;
import dev.ballast.kinds.Column;
import java.util.List;
import java.util.Locale;

/**
 * The columns of events. Names, order and cells are those of printEvent in Kubernetes 1.33,
 * pkg/printers/internalversion/printers.go. Pure.
 */
final class EventColumns {

  static final List<Column> ALL =
      List.of(
          timed("Last Seen", "Time since it last happened.", EventColumns::lastSeen),
          text("Type", "Normal or Warning.", event -> event.path("type").asText("")),
          text("Reason", "Why, in one word.", event -> event.path("reason").asText("")),
          text("Object", "What it happened to.", EventColumns::object),
          wide(
              "Subobject",
              "The part of the object it happened to.",
              event -> event.path("involvedObject").path("fieldPath").asText("")),
          wide("Source", "Who tells it.", EventColumns::source),
          text(
              "Message",
              "What happened, in a sentence.",
              event -> event.path("message").asText("").strip()),
          new Column(
              "First Seen",
              "string",
              "",
              "Time since it first happened.",
              1,
              (event, now) -> TextNode.valueOf(firstSeen(event, now))),
          new Column(
              "Count",
              "string",
              "",
              "How often it happened.",
              1,
              (event, now) -> IntNode.valueOf(count(event))),
          new Column(
              "Name",
              "string",
              "name",
              Columns.NAME.description(),
              1,
              (event, now) -> event.path("metadata").path("name")));

  private EventColumns() {}

  private static String firstSeen(JsonNode event, Now now) {
    String first = event.path("firstTimestamp").asText("");
    return HumanDuration.since(first.isEmpty() ? event.path("eventTime").asText("") : first, now);
  }

  private static String lastSeen(JsonNode event, Now now) {
    JsonNode series = event.path("series");
    String last = event.path("lastTimestamp").asText("");
    if (series.isObject()) {
      return HumanDuration.since(series.path("lastObservedTime").asText(""), now);
    }
    return last.isEmpty() ? firstSeen(event, now) : HumanDuration.since(last, now);
  }

  private static int count(JsonNode event) {
    JsonNode series = event.path("series");
    return series.isObject()
        ? series.path("count").asInt()
        : Math.max(1, event.path("count").asInt());
  }

  private static String object(JsonNode event) {
    JsonNode involved = event.path("involvedObject");
    String kind = involved.path("kind").asText("").toLowerCase(Locale.ROOT);
    String name = involved.path("name").asText("");
    return name.isEmpty() ? kind : kind + "/" + name;
  }

  private static String source(JsonNode event) {
    String component = either(event.at("/source/component"), event.path("reportingComponent"));
    String host = either(event.at("/source/host"), event.path("reportingInstance"));
    return host.isEmpty() ? component : component + ", " + host;
  }

  private static String either(JsonNode first, JsonNode second) {
    return first.asText("").isEmpty() ? second.asText("") : first.asText();
  }
}
