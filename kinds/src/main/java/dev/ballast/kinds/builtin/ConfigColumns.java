package dev.ballast.kinds.builtin;

import static dev.ballast.kinds.builtin.Columns.AGE;
import static dev.ballast.kinds.builtin.Columns.NAME;
import static dev.ballast.kinds.builtin.Columns.number;
import static dev.ballast.kinds.builtin.Columns.text;

import com.fasterxml.jackson.databind.node.IntNode;
import dev.ballast.kinds.Column;
import java.util.List;

/**
 * The columns of config maps, secrets and service accounts. Names, order and cells are those of
 * printConfigMap, printSecret and printServiceAccount in Kubernetes 1.33,
 * pkg/printers/internalversion/printers.go. Pure.
 */
final class ConfigColumns {

  static final List<Column> CONFIG_MAP =
      List.of(
          NAME,
          number(
              "Data",
              "Number of entries.",
              map -> IntNode.valueOf(map.path("data").size() + map.path("binaryData").size())),
          AGE);

  static final List<Column> SECRET =
      List.of(
          NAME,
          text("Type", "What the entries mean.", secret -> secret.path("type").asText("")),
          number(
              "Data", "Number of entries.", secret -> IntNode.valueOf(secret.path("data").size())),
          AGE);

  static final List<Column> SERVICE_ACCOUNT =
      List.of(
          NAME,
          number(
              "Secrets",
              "Number of secrets that its pods may use.",
              account -> IntNode.valueOf(account.path("secrets").size())),
          AGE);

  private ConfigColumns() {}
}
