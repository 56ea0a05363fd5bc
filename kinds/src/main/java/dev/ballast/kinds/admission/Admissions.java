package dev.ballast.kinds.admission;

import dev.ballast.core.identity.Ids;
import java.util.List;

/** The rules that every Ballast runs, in kube-apiserver's order. */
public final class Admissions {

  private Admissions() {}

  /**
   * @param serviceRange where Services get their addresses from, such as 10.96.0.0/16
   */
  public static List<Admission> standard(Ids ids, String serviceRange) {
    return List.of(
        new NodeRestriction(),
        new NamespaceLifecycle(),
        new DefaultAccount(ids),
        new PodIdentity(ids),
        new PodPriority(),
        new DefaultTolerations(),
        new ServiceAllocation(AddressRange.parse(serviceRange), ids));
  }
}
