package dev.ballast.kinds.builtin;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** Namespaces. Stateless. */
final class NamespaceHooks extends MetadataHooks {

  private static final String NAME_LABEL = "kubernetes.io/metadata.name";

  NamespaceHooks() {
    super(NameSyntax.LABEL);
  }

  /** Every namespace can be selected by its name. */
  @Override
  public void applyDefaults(ObjectNode document) {
    String name = document.path("metadata").path("name").asText("");
    if (!name.isEmpty()) {
      document.withObjectProperty("metadata").withObjectProperty("labels").put(NAME_LABEL, name);
    }
  }

  /** The finalizer stands for the namespace's contents, which must go first. */
  @Override
  public void prepareForCreate(ObjectNode document) {
    document.putObject("status").put("phase", "Active");
    var finalizers = document.withObjectProperty("spec").withArrayProperty("finalizers");
    for (var finalizer : finalizers) {
      if (finalizer.asText().equals("kubernetes")) {
        return;
      }
    }
    finalizers.add("kubernetes");
  }
}
