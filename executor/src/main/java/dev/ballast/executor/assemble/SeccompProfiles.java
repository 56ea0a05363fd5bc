package dev.ballast.executor.assemble;

/** Seccomp profiles that lie on this machine. */
@FunctionalInterface
public interface SeccompProfiles {

  /**
   * @param localhostProfile as the pod names it: a path below the folder of profiles
   * @return the profile, JSON
   * @throws AssemblyException when there is no such profile here
   */
  String read(String localhostProfile) throws AssemblyException;
}
