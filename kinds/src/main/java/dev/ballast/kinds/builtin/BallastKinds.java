package dev.ballast.kinds.builtin;

import dev.ballast.kinds.Kind;
import dev.ballast.kinds.schema.SchemaCatalog;
import java.util.List;
import java.util.stream.Stream;

/** The kinds that nobody else has: ballast.dev/v1. */
final class BallastKinds {

  private final SchemaCatalog types;

  private BallastKinds(SchemaCatalog types) {
    this.types = types;
  }

  static List<Kind> all(SchemaCatalog types) {
    BallastKinds ballast = new BallastKinds(types);
    return Stream.of(
            ballast
                .kind("SchedulingProfile", "schedulingprofiles")
                .clusterScoped()
                .shortNames("sprof")
                .columns(BallastColumns.PROFILE)
                .hooks(new ProfileHooks()),
            ballast
                .kind("PlacementReport", "placementreports")
                .shortNames("pr")
                .columns(BallastColumns.REPORT),
            ballast
                .kind("PlacementPlan", "placementplans")
                .verbs("create")
                .hooks(new ReviewHooks(false)))
        .map(KindBuilder::build)
        .toList();
  }

  private KindBuilder kind(String kind, String plural) {
    return new KindBuilder("ballast.dev", "v1", kind, plural, types.type("ballast.v1." + kind));
  }
}
