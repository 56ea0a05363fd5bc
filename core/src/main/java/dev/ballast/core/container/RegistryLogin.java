package dev.ballast.core.container;

/** Credentials for one registry. The password is kept out of {@link #toString}. */
public record RegistryLogin(String registry, String username, String password) {
  @Override
  public String toString() {
    return username + "@" + registry;
  }
}
