package dev.ballast.kinds.builtin;

/** Leases, by which leaders are elected. Stateless. */
final class LeaseHooks extends MetadataHooks {

  LeaseHooks() {
    super(NameSyntax.SUBDOMAIN);
  }

  /** As Kubernetes' AllowCreateOnUpdate: clients PUT without looking first. */
  @Override
  public boolean createsOnUpdate() {
    return true;
  }

  /** Who would overwrite a lease unseen could take it from its holder. */
  @Override
  public boolean updatesKnownVersionOnly() {
    return true;
  }
}
