package dev.ballast.app.simulation;

import dev.ballast.core.resource.ResourceType;
import java.util.ArrayList;
import java.util.List;

/** All rules together, and what they have found. */
final class Invariants {

  private final List<Rule> rules;
  private final List<String> broken = new ArrayList<>();
  private long fingerprint = 17;

  Invariants(List<Rule> rules) {
    this.rules = List.copyOf(rules);
  }

  static Invariants standard(Rule... more) {
    List<Rule> rules = new ArrayList<>(List.of(more));
    rules.add(new OneRun());
    rules.add(new NoOvercommit());
    rules.add(new NoOrphans());
    rules.add(new JobBooks());
    rules.add(new NoRemains());
    rules.add(new NoSurplus());
    return new Invariants(rules);
  }

  void committed(Rule.Commit commit) {
    for (Rule.Change change : commit.changes()) {
      note(commit.revision() + " " + change.key() + change.gone());
    }
    rules.forEach(rule -> rule.committed(commit, broken::add));
  }

  void started(Rule.Start start) {
    note(start.toString());
    rules.forEach(rule -> rule.started(start, broken::add));
  }

  void looked(Rule.Look look) {
    rules.forEach(rule -> rule.looked(look, broken::add));
  }

  /** In the order in which they were found; none when all is well. */
  List<String> broken() {
    return broken;
  }

  /** Equal for equal histories. */
  long fingerprint() {
    return fingerprint;
  }

  private void note(String fact) {
    for (int i = 0; i < fact.length(); i++) {
      fingerprint = fingerprint * 1_000_003 + fact.charAt(i);
    }
  }

  static boolean is(Rule.Change change, ResourceType type) {
    return change.key().type().equals(type);
  }
}
