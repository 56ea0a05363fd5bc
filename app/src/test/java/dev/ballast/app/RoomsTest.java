package dev.ballast.app;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Keeps the table of rooms true: who may import whom, and which library stays in which package. */
class RoomsTest {

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.ballast");

  private static final Map<String, Set<String>> MAY_IMPORT =
      Map.of(
          "core", Set.of(),
          "kinds", Set.of("core"),
          "stategrid", Set.of("core"),
          "client", Set.of("core"),
          "api", Set.of("core", "kinds"),
          "control", Set.of("core"),
          "planner", Set.of("core", "control"),
          "elasticpool", Set.of("core", "control"),
          "executor", Set.of("core", "control"),
          "metrics", Set.of("core"));

  /** Library package → the only packages that may use it. */
  private static final Map<String, List<String>> HIDDEN =
      Map.ofEntries(
          Map.entry("com.hazelcast..", List.of("dev.ballast.stategrid..")),
          Map.entry("org.apache.ratis..", List.of("dev.ballast.stategrid.raft..")),
          Map.entry("org.sqlite..", List.of("dev.ballast.stategrid..")),
          Map.entry("java.sql..", List.of("dev.ballast.stategrid..")),
          Map.entry("io.vertx..", List.of("dev.ballast.api..")),
          Map.entry("com.github.dockerjava..", List.of("dev.ballast.executor.docker..")),
          Map.entry("org.optaplanner..", List.of("dev.ballast.planner.solve..")),
          Map.entry("io.micrometer..", List.of("dev.ballast.metrics..")),
          Map.entry("picocli..", List.of("dev.ballast.app..")));

  static Set<String> rooms() {
    return MAY_IMPORT.keySet();
  }

  static Set<String> hiddenLibraries() {
    return HIDDEN.keySet();
  }

  @ParameterizedTest
  @MethodSource("rooms")
  void aRoomImportsOnlyWhatTheTableAllows(String room) {
    Set<String> others = new LinkedHashSet<>(MAY_IMPORT.keySet());
    others.add("app");
    others.add("testkit");
    others.add("bench");
    others.remove(room);
    others.removeAll(MAY_IMPORT.get(room));
    String[] forbidden =
        others.stream().map(other -> "dev.ballast." + other + "..").toArray(String[]::new);
    noClasses()
        .that()
        .resideInAPackage("dev.ballast." + room + "..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(forbidden)
        .allowEmptyShould(true)
        .check(CLASSES);
  }

  @ParameterizedTest
  @MethodSource("hiddenLibraries")
  void aLibraryStaysWhereItIsHidden(String library) {
    noClasses()
        .that()
        .resideOutsideOfPackages(HIDDEN.get(library).toArray(String[]::new))
        .should()
        .dependOnClassesThat()
        .resideInAPackage(library)
        .check(CLASSES);
  }

  @ParameterizedTest
  @MethodSource("rooms")
  void packagesOfARoomHaveNoCycles(String room) {
    slices()
        .matching("dev.ballast." + room + ".(*)..")
        .should()
        .beFreeOfCycles()
        .allowEmptyShould(true)
        .check(CLASSES);
  }

  @Test
  void ofWhatIsShippedOnlyAppReadsClocksAndChance() {
    noClasses()
        .that()
        .resideInAPackage("dev.ballast..")
        .and()
        .resideOutsideOfPackages(
            "dev.ballast.app..", "dev.ballast.testkit..", "dev.ballast.bench..")
        .should()
        .callMethod(java.time.Instant.class, "now")
        .orShould()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(Thread.class, "sleep", long.class)
        .orShould()
        .callMethod(java.util.UUID.class, "randomUUID")
        .orShould()
        .callConstructor(java.util.Random.class)
        .check(CLASSES);
  }
}
