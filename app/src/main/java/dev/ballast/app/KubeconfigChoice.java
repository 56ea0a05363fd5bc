package dev.ballast.app;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Which kubeconfig a command takes, as kubectl chooses. */
final class KubeconfigChoice {

  /** The environment's variable: one file, or several with the path separator in between. */
  static final String VARIABLE = "KUBECONFIG";

  private static final Path OF_UP = Path.of(".ballast", "data", "kubeconfig");

  private KubeconfigChoice() {}

  /**
   * @param option what the command line names, which wins; null without
   * @param environment the variable's value; null without
   * @return else the first file that the environment names and that is there, else the one that
   *     `ballast up` writes here by default
   */
  static Path of(Path option, String environment) {
    if (option != null) {
      return option;
    }
    return Arrays.stream((environment == null ? "" : environment).split(File.pathSeparator))
        .filter(name -> !name.isEmpty())
        .map(Path::of)
        .filter(Files::exists)
        .findFirst()
        .orElse(OF_UP);
  }
}
