package dev.ballast.elasticpool.claim;

import dev.ballast.core.model.Absent;
import java.util.Locale;

/** Who provides a machine: the object that tells how, and by its kind the provider. */
public record NodeClassRef(String group, String kind, String name) {
  public NodeClassRef {
    group = Absent.text(group);
    kind = Absent.text(kind);
    name = Absent.text(name);
  }

  /** Which provider it is. */
  public boolean isOf(String itsGroup, String itsKind) {
    return group.equals(itsGroup) && kind.equals(itsKind);
  }

  /** The label by which claims of a class are found. */
  String label() {
    return group + "/" + kind.toLowerCase(Locale.ROOT);
  }

  @Override
  public String toString() {
    return kind + "." + group + " \"" + name + "\"";
  }
}
