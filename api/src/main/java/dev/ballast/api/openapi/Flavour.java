package dev.ballast.api.openapi;

/** The two versions of OpenAPI differ in where types live and in how a field refers to one. */
enum Flavour {
  V2("#/definitions/"),
  V3("#/components/schemas/");

  private final String prefix;

  Flavour(String prefix) {
    this.prefix = prefix;
  }

  String reference(String definition) {
    return prefix + definition;
  }
}
