package dev.ballast.core.placement;

/** Makes one of the several names of an image out of each of them. Pure. */
final class ImageName {

  private ImageName() {}

  /** Without the registry that is the default, and with the tag that is. */
  static String normal(String name) {
    String rest =
        name.startsWith("docker.io/library/")
            ? name.substring("docker.io/library/".length())
            : name.startsWith("docker.io/") ? name.substring("docker.io/".length()) : name;
    boolean tagged = rest.lastIndexOf(':') > rest.lastIndexOf('/') || rest.indexOf('@') >= 0;
    return tagged || rest.isEmpty() ? rest : rest + ":latest";
  }
}
