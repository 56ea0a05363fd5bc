package dev.ballast.kinds.builtin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.status.Failure.Cause;
import dev.ballast.kinds.Hooks;
import dev.ballast.kinds.SchemaCheck;
import dev.ballast.kinds.schema.Names;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What every stored kind is checked for: its name and the rest of its metadata. Kinds with more to
 * say extend it. Stateless.
 */
class MetadataHooks implements Hooks {

  /** How a kind's objects may be called. */
  enum NameSyntax {
    SUBDOMAIN,
    LABEL,
    DNS_1035,
    /** Anything that can be a path segment. */
    PATH_SEGMENT;

    Optional<String> check(String name) {
      return switch (this) {
        case SUBDOMAIN -> Names.subdomain(name);
        case LABEL -> Names.label(name);
        case DNS_1035 -> Names.dns1035(name);
        case PATH_SEGMENT -> Metadata.pathSegment(name);
      };
    }
  }

  private final NameSyntax syntax;

  MetadataHooks(NameSyntax syntax) {
    this.syntax = syntax;
  }

  @Override
  public List<Cause> validateCreate(ObjectNode document) {
    List<Cause> causes = new ArrayList<>();
    Metadata.validate(document.path("metadata"), syntax, causes);
    validate(document, causes);
    return causes;
  }

  @Override
  public List<Cause> validateUpdate(ObjectNode document, ObjectNode previous, String subresource) {
    List<Cause> causes = new ArrayList<>();
    Metadata.validate(document.path("metadata"), syntax, causes);
    if (!SchemaCheck.leavesTheSpec(subresource)) {
      validate(document, causes);
      validateChange(document, previous, causes);
    }
    return causes;
  }

  /** Everything wrong with a document as such. */
  void validate(JsonNode document, List<Cause> causes) {}

  /** Everything wrong with a change, beyond what is wrong with the document. */
  void validateChange(JsonNode document, JsonNode previous, List<Cause> causes) {}
}
