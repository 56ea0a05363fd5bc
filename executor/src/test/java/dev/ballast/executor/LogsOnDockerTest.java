package dev.ballast.executor;

import static dev.ballast.executor.DockerCluster.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ballast.core.container.ContainerSpec.LogLimits;
import dev.ballast.core.node.Frame;
import dev.ballast.core.node.StreamRequest;
import dev.ballast.core.resource.ObjectKey;
import java.time.Instant;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Every way to ask for a log; the engine rotates it after some kilobytes. */
@Tag("docker")
class LogsOnDockerTest extends OnDocker {

  @Override
  LogLimits logLimits() {
    return new LogLimits(24 << 10, 2);
  }

  private Pipe ask(
      String pod, boolean follow, boolean timestamps, long tail, String since, long limit) {
    return cluster.serve(
        new StreamRequest.Logs(
            "default", pod, "", "app", follow, false, timestamps, tail, 0, since, limit));
  }

  private String read(String pod, boolean timestamps, long tail, String since, long limit)
      throws InterruptedException {
    Pipe pipe = ask(pod, false, timestamps, tail, since, limit);
    assertTrue(pipe.awaitClose(30));
    return pipe.text(Frame.STDOUT);
  }

  @Test
  void aPartOfALogIsServed() throws Exception {
    ObjectKey pod = script("log", "echo one >&2; sleep 2; echo two; echo three", "", "");
    await(() -> isOver(pod));
    assertEquals("one\ntwo\nthree\n", cluster.logs(pod, "app"));
    assertEquals("three\n", read("log", false, 1, "", 0));
    assertEquals("one\nt", read("log", false, -1, "", 5));
    String stamped = read("log", true, -1, "", 0);
    String[] lines = stamped.split("\n");
    assertTrue(lines[0].matches("\\d{4}-\\d\\d-\\d\\dT\\S+Z one"), stamped);
    Instant first = Instant.parse(lines[0].split(" ")[0]);
    assertEquals("two\nthree\n", read("log", false, -1, first.plusSeconds(1).toString(), 0));
  }

  @Test
  void aFollowerSeesEveryLineOverRotations() throws Exception {
    ObjectKey pod =
        script(
            "long",
            "i=0; while [ $i -lt 40 ]; do j=0; while [ $j -lt 25 ]; do"
                + " echo line-$i-$j-................................; j=$((j+1)); done;"
                + " i=$((i+1)); sleep 0.15; done",
            "",
            "");
    await(() -> cluster.phase(pod).equals("Running"));
    Pipe follower = ask("long", true, false, -1, "", 0);
    assertTrue(follower.awaitClose(60), "the end of the container ends the log");
    String all = follower.text(Frame.STDOUT);
    // Docker 20.10 repeats lines to a follower when it rotates; none may be missing.
    assertEquals(1000, all.lines().distinct().count());
    assertTrue(all.lines().findFirst().orElseThrow().startsWith("line-0-0-"), "the first line");
    assertTrue(all.endsWith("line-39-24-................................\n"), "the last line");
    assertTrue(cluster.logs(pod, "app").lines().count() < 500, "old files are gone");
  }
}
