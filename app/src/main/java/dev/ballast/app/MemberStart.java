package dev.ballast.app;

import dev.ballast.core.identity.Ids;
import dev.ballast.core.telemetry.Telemetry;
import dev.ballast.core.time.Timers;
import dev.ballast.stategrid.DirectoryInUseException;
import dev.ballast.stategrid.Settings;
import dev.ballast.stategrid.StateGrid;
import dev.ballast.stategrid.log.LogException;
import dev.ballast.stategrid.raft.Group;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.security.SecureRandom;
import java.util.Optional;

/**
 * Opens the state in the data directory: alone, as the member whose it is, or by becoming one. Ends
 * the process when that can go on no more; containers run on.
 */
record MemberStart(
    ServerOptions options,
    Addresses addresses,
    Timers timers,
    Ids ids,
    SecureRandom random,
    Telemetry telemetry) {

  /** The process should be started again. */
  private static final int BROKEN = 3;

  /** Starting it again changes nothing. */
  private static final int REMOVED = 4;

  /**
   * What is open.
   *
   * @param self this member, in a group or for when there will be one
   */
  record Started(StateGrid grid, MemberFile self) {}

  /**
   * @param parts closes what is opened, also where this fails
   * @throws StartFailure in words for a person
   */
  Started open(Parts parts) {
    Restoring.requireNone(options.data);
    try {
      Optional<MemberFile> kept = MemberFile.read(options.data);
      requireMemberFile(kept);
      kept.flatMap(this::moved).ifPresent(MemberStart::say);
      Optional<MemberFile> member = kept.isEmpty() ? join() : kept;
      StateGrid grid = parts.add(open(member));
      MemberFile self = member.orElseGet(this::alone);
      grid.onBroken(
          why -> end(BROKEN, "this member ends and should be started again: %s".formatted(why)));
      grid.onRemoved(what -> end(REMOVED, removed(self, what)));
      Backup.removeLeftovers(options.data);
      NativeLibrary.removeLeftovers(options.data);
      Welcome.forget(options.data);
      if (options.join != null && grid.group().isPresent() && !votes(grid, self)) {
        joining().askForVote(self, options.data);
      }
      return new Started(grid, self);
    } catch (DirectoryInUseException | LogException e) {
      throw new StartFailure(e.getMessage(), e);
    } catch (UncheckedIOException e) {
      throw new StartFailure(
          "%s (%s); choose another directory with --data"
              .formatted(e.getMessage(), words(e.getCause())),
          e);
    }
  }

  private static String words(IOException failure) {
    return switch (failure) {
      case NoSuchFileException e -> "no such file or directory: " + e.getFile();
      case AccessDeniedException e -> "permission denied: " + e.getFile();
      default -> String.valueOf(failure.getMessage());
    };
  }

  private MemberFile alone() {
    String id = MemberFile.ownId(options.data, ids);
    return MemberFile.future(id, addresses.member(), "", ids);
  }

  private StateGrid open(Optional<MemberFile> member) {
    return NativeLibrary.during(
        options.data,
        () ->
            StateGrid.open(
                Settings.in(options.data),
                member.map(one -> MemberCertificates.settings(options.data, one, random, timers)),
                timers,
                telemetry));
  }

  /** Alone it would be another cluster beside its group. */
  private void requireMemberFile(Optional<MemberFile> kept) {
    if (kept.isEmpty() && Files.exists(options.data.resolve("raft"))) {
      throw new StartFailure(
          options.data
              + " belongs to a member of a group, and its member.json is missing: move the directory"
              + " away and let the member join anew with --join");
    }
    if (kept.filter(MemberFile::founding).isPresent()
        && Files.notExists(options.data.resolve("state.db"))) {
      throw new StartFailure(
          options.data
              + " belongs to the member that founded its group, and its state.db is missing: it would"
              + " found another. Move the directory away and let the member join anew with --join; if"
              + " no other member is left, restore a backup");
    }
    if (options.join == null && options.tokenFile != null) {
      throw new StartFailure(
          "--token-file is for joining: name a member with --join, or leave it out");
    }
  }

  /** What a person should know whose member is known to the others at another address. */
  private Optional<String> moved(MemberFile self) {
    return self.address().equals(addresses.member())
        ? Optional.empty()
        : Optional.of(
            "the other members know this one, %s, at %s, and it stays there, whatever --bind and --member-port say (%s). If this machine has another address for good: ballast member replace %s, move %s away, and let it join anew with an empty --data directory, --join and --token-file"
                .formatted(self.id(), self.address(), addresses.member(), self.id(), options.data));
  }

  private static void say(String what) {
    System.err.println("ballast: " + what);
  }

  private String removed(MemberFile self, String what) {
    return "this member, %s, %s. What is in %s serves nobody any more: move it away, and let the machine join anew with an empty --data directory, --join and --token-file"
        .formatted(self.id(), what, options.data);
  }

  private static void end(int code, String why) {
    say(why);
    Runtime.getRuntime().halt(code);
  }

  private Joining joining() {
    return new Joining(options.servers(), options.tokenFile, timers);
  }

  private Optional<MemberFile> join() {
    if (options.join == null) {
      Welcome.requireNone(options.data);
      return Optional.empty();
    }
    if (options.port == 0) {
      throw new StartFailure("a member needs a --port that stays the same");
    }
    Group.requireListenable(addresses.member());
    return Optional.of(
        joining().fetch(options.data, addresses.member(), addresses.advertised(options.port)));
  }

  private static boolean votes(StateGrid grid, MemberFile self) {
    return grid.group().orElseThrow().node().peers().stream()
        .anyMatch(peer -> peer.id().equals(self.id()));
  }
}
