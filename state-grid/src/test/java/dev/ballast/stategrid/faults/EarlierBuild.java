package dev.ballast.stategrid.faults;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * A member as it was at an earlier commit of this repository: its sources are taken out of the
 * history and compiled against the libraries of this build.
 */
final class EarlierBuild {

  private static final List<String> SOURCES =
      List.of(
          "core/src/main/java",
          "testkit/src/main/java",
          "state-grid/src/main/java",
          "state-grid/src/test/java");

  private EarlierBuild() {}

  /**
   * The class path of the member; empty where the history is not at hand.
   *
   * @param directory for sources and classes
   */
  static Optional<String> of(String commit, Path directory) throws IOException {
    Path archive = directory.resolve("earlier.tar");
    String[] command = {
      "sh",
      "-c",
      "cd \"$(git -c 'safe.directory=*' rev-parse --show-toplevel)\" && git -c 'safe.directory=*' archive"
          + " --format=tar -o "
          + archive
          + " "
          + commit
          + " "
          + String.join(" ", SOURCES)
    };
    if (!Shell.works(command)) {
      return Optional.empty();
    }
    Path sources = Files.createDirectories(directory.resolve("sources"));
    Shell.run("tar", "-xf", archive.toString(), "-C", sources.toString());
    Path classes = Files.createDirectories(directory.resolve("classes"));
    compile(sources, classes);
    return Optional.of(classes + File.pathSeparator + libraries());
  }

  /** Of this build, without Ballast's own parts. */
  private static String libraries() {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(entry -> entry.endsWith(".jar"))
        .filter(entry -> !Path.of(entry).getFileName().toString().startsWith("ballast-"))
        .collect(Collectors.joining(File.pathSeparator));
  }

  /** The member, and of the rest what it needs. */
  private static void compile(Path sources, Path classes) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    String path =
        SOURCES.stream()
            .map(part -> sources.resolve(part).toString())
            .collect(Collectors.joining(File.pathSeparator));
    Path member =
        sources
            .resolve("state-grid/src/test/java")
            .resolve(FaultMember.class.getName().replace('.', '/') + ".java");
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      boolean compiled =
          compiler
              .getTask(
                  null,
                  files,
                  null,
                  List.of(
                      "-sourcepath",
                      path,
                      "-classpath",
                      libraries(),
                      "-d",
                      classes.toString(),
                      "-implicit:class",
                      "-proc:none",
                      "-nowarn"),
                  null,
                  files.getJavaFileObjects(member))
              .call();
      if (!compiled) {
        throw new IllegalStateException("the earlier member cannot be compiled");
      }
    }
  }
}
