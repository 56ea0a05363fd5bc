package dev.ballast.executor.simulated;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a simulated container does by itself: ends with an exit code after a while, or runs on.
 * Written {@code exit-CODE-after-DURATION} with s, ms or m, and {@code oom-after-DURATION}; in the
 * image's name ({@code simulated/exit-0-after-5s}) or in the pod's annotation {@code
 * simulated.ballast.dev/CONTAINER}.
 *
 * <p>{@code fills-NUMBERmi} says how much of the disk it takes, in MiB.
 *
 * @param exitCode by itself; empty to run until it is stopped
 */
record Behaviour(Optional<Integer> exitCode, boolean oom, Duration after, long writtenBytes) {

  static final String ANNOTATION = "simulated.ballast.dev/";
  static final Behaviour FOREVER = new Behaviour(Optional.empty(), false, Duration.ZERO, 0);
  private static final int KILLED = 137;

  private static final Pattern SYNTAX =
      Pattern.compile("(?:exit-(\\d{1,3})|(oom))-after-(\\d{1,9})(ms|s|m)");
  private static final Pattern FILLS = Pattern.compile("fills-(\\d{1,9})mi");

  static Behaviour parse(String text) {
    Matcher fills = FILLS.matcher(text);
    long written = fills.find() ? Long.parseLong(fills.group(1)) << 20 : 0;
    Matcher match = SYNTAX.matcher(text);
    if (!match.find()) {
      return new Behaviour(Optional.empty(), false, Duration.ZERO, written);
    }
    long amount = Long.parseLong(match.group(3));
    Duration after =
        switch (match.group(4)) {
          case "ms" -> Duration.ofMillis(amount);
          case "m" -> Duration.ofMinutes(amount);
          default -> Duration.ofSeconds(amount);
        };
    boolean oom = match.group(2) != null;
    int code = oom ? KILLED : Integer.parseInt(match.group(1));
    return new Behaviour(Optional.of(code), oom, after, written);
  }
}
