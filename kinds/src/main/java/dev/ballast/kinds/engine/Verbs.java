package dev.ballast.kinds.engine;

/** The ways to stage a write. Immutable, thread-safe. */
record Verbs(
    Creation creation,
    Replacement replacement,
    Deletion deletion,
    Binding binding,
    Eviction eviction) {

  Verbs(Setting setting) {
    this(setting, new Replacement(setting), new Deletion(setting));
  }

  private Verbs(Setting setting, Replacement replacement, Deletion deletion) {
    this(
        new Creation(setting),
        replacement,
        deletion,
        new Binding(setting, replacement),
        new Eviction(setting, deletion));
  }
}
