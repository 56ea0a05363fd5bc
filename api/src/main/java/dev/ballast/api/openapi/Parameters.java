package dev.ballast.api.openapi;

import dev.ballast.api.openapi.Operation.Parameter;
import java.util.List;
import java.util.stream.Stream;

/** The query parameters of each kind of operation. */
final class Parameters {

  private static final Parameter DRY_RUN =
      new Parameter("dryRun", "string", "All goes through every check and stores nothing.");
  private static final Parameter FIELD_MANAGER =
      new Parameter("fieldManager", "string", "Name of the writer.");
  private static final Parameter FIELD_VALIDATION =
      new Parameter(
          "fieldValidation",
          "string",
          "What unknown and duplicate fields lead to: Ignore, Warn or Strict.");

  static final List<Parameter> WRITE = List.of(DRY_RUN, FIELD_MANAGER, FIELD_VALIDATION);

  static final List<Parameter> PATCH =
      List.of(
          DRY_RUN,
          FIELD_MANAGER,
          FIELD_VALIDATION,
          new Parameter("force", "boolean", "Takes fields over from other writers."));

  static final List<Parameter> DELETE =
      List.of(
          DRY_RUN,
          new Parameter(
              "gracePeriodSeconds",
              "integer",
              "Seconds to let the object finish; 0 removes it at once."),
          new Parameter("orphanDependents", "boolean", "Old form of propagationPolicy."),
          new Parameter(
              "propagationPolicy",
              "string",
              "What happens to dependents: Orphan, Background or Foreground."));

  static final List<Parameter> LIST =
      List.of(
          new Parameter("allowWatchBookmarks", "boolean", "Asks a watch for bookmarks."),
          new Parameter("continue", "string", "Where the previous page ended."),
          new Parameter("fieldSelector", "string", "Picks objects by their fields."),
          new Parameter("labelSelector", "string", "Picks objects by their labels."),
          new Parameter("limit", "integer", "The most objects on one page."),
          new Parameter("resourceVersion", "string", "The version to read, or to watch from."),
          new Parameter(
              "resourceVersionMatch", "string", "How resourceVersion is meant in a list."),
          new Parameter("sendInitialEvents", "boolean", "Lets a watch begin with what there is."),
          new Parameter("timeoutSeconds", "integer", "Seconds after which the answer ends."),
          new Parameter("watch", "boolean", "Follows the changes instead of listing."));

  static final List<Parameter> DELETE_COLLECTION =
      Stream.concat(DELETE.stream(), LIST.stream().filter(p -> !p.name().equals("watch"))).toList();

  static final List<Parameter> LOG =
      List.of(
          new Parameter("container", "string", "The container; the only one by default."),
          new Parameter("follow", "boolean", "Stays to send what is still to come."),
          new Parameter("limitBytes", "integer", "The most bytes to send."),
          new Parameter("previous", "boolean", "The log of the container's last run."),
          new Parameter("sinceSeconds", "integer", "Only lines of the last seconds."),
          new Parameter("tailLines", "integer", "Only the last lines."),
          new Parameter("timestamps", "boolean", "Puts a time before every line."));

  static final List<Parameter> EXEC =
      List.of(
          new Parameter("command", "string", "A word of the command; repeat it for more."),
          new Parameter("container", "string", "The container; the only one by default."),
          new Parameter("stderr", "boolean", "Connects standard error."),
          new Parameter("stdin", "boolean", "Connects standard input."),
          new Parameter("stdout", "boolean", "Connects standard output."),
          new Parameter("tty", "boolean", "Gives the process a terminal."));

  static final List<Parameter> PROXY =
      List.of(new Parameter("path", "string", "Where on the other side the request goes."));

  private Parameters() {}
}
