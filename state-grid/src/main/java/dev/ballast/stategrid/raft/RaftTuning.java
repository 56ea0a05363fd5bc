package dev.ballast.stategrid.raft;

import java.io.File;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.RaftConfigKeys;
import org.apache.ratis.client.RaftClientConfigKeys;
import org.apache.ratis.conf.Parameters;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.grpc.GrpcTlsConfig;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.util.SizeInBytes;
import org.apache.ratis.util.TimeDuration;

/** How Ratis is set up, and why where that is not plain. */
final class RaftTuning {

  private static final SizeInBytes MESSAGE = SizeInBytes.valueOf("256MB");
  private static final SizeInBytes ENTRIES = SizeInBytes.valueOf("16MB");
  private static final TimeDuration FOR_EVER = TimeDuration.valueOf(3650, TimeUnit.DAYS);

  private RaftTuning() {}

  static RaftProperties properties(RaftSettings settings) {
    RaftProperties properties = new RaftProperties();
    File directory = settings.directory().toFile();
    RaftServerConfigKeys.setStorageDir(properties, List.of(directory));
    RaftServerConfigKeys.setRemovedGroupsDir(properties, new File(directory, "removed"));
    timing(properties, settings.election());
    reads(properties);
    log(properties, settings);
    links(properties, settings);
    return properties;
  }

  private static void timing(RaftProperties properties, Duration election) {
    RaftServerConfigKeys.Rpc.setTimeoutMin(properties, time(election));
    RaftServerConfigKeys.Rpc.setTimeoutMax(properties, time(election.multipliedBy(2)));
    RaftServerConfigKeys.Rpc.setRequestTimeout(properties, time(Duration.ofSeconds(5)));
    // A member that was stopped for a while goes on; by default it would close itself for good.
    RaftServerConfigKeys.setCloseThreshold(properties, FOR_EVER);
    RaftServerConfigKeys.Rpc.setSlownessTimeout(properties, FOR_EVER);
    RaftServerConfigKeys.LeaderElection.setPreVote(properties, true);
    // Whoever stepped down stands for election again at once: by default it holds back for ten
    // seconds, and while the third member is away or behind nobody else can be elected.
    RaftServerConfigKeys.LeaderElection.setLeaderStepDownWaitTime(properties, time(election));
    // A newcomer on a machine with much to do is slow at first, not lost.
    RaftServerConfigKeys.setStagingTimeout(properties, time(Duration.ofSeconds(25)));
    // A copy of a large image takes minutes to make; every other call has a shorter patience of its
    // own.
    RaftClientConfigKeys.Rpc.setRequestTimeout(properties, time(ImageCopies.COPYING));
  }

  /** A lease would trust that this process was not stopped in between. */
  private static void reads(RaftProperties properties) {
    RaftServerConfigKeys.Read.setOption(properties, RaftServerConfigKeys.Read.Option.LINEARIZABLE);
    RaftServerConfigKeys.Read.setLeaderLeaseEnabled(properties, false);
    RaftServerConfigKeys.Read.setLeaderHeartbeatCheckEnabled(properties, true);
    RaftServerConfigKeys.Read.setTimeout(properties, time(Duration.ofSeconds(5)));
  }

  private static void log(RaftProperties properties, RaftSettings settings) {
    RaftServerConfigKeys.Snapshot.setAutoTriggerEnabled(properties, true);
    RaftServerConfigKeys.Snapshot.setAutoTriggerThreshold(properties, settings.snapshotEvery());
    RaftServerConfigKeys.Snapshot.setTriggerWhenStopEnabled(properties, true);
    RaftServerConfigKeys.Snapshot.setCreationGap(properties, 1);
    // Of what is in the image, as much as the state machine says.
    RaftServerConfigKeys.Log.setPurgeUptoSnapshotIndex(properties, true);
    RaftServerConfigKeys.Log.setPurgeGap(properties, 1);
    RaftServerConfigKeys.Log.setSegmentSizeMax(
        properties, SizeInBytes.valueOf(settings.segmentBytes()));
    RaftServerConfigKeys.Log.setPreallocatedSize(
        properties, SizeInBytes.valueOf(settings.segmentBytes() / 8));
    RaftServerConfigKeys.Log.setWriteBufferSize(
        properties, SizeInBytes.valueOf(ENTRIES.getSize() + 1024));
    RaftServerConfigKeys.Log.setSegmentCacheNumMax(properties, 2);
    RaftServerConfigKeys.Log.Appender.setBufferByteLimit(properties, ENTRIES);
    // An entry is a whole batch, and the next waits for it: a pause between two helps nobody.
    RaftServerConfigKeys.Log.Appender.setWaitTimeMin(properties, TimeDuration.ZERO);
    // Met in the fault test: a follower that has just taken an image over may run two appends at
    // once;
    // one fails, yet counts as done, and the follower never comes after. So: one after the other.
    RaftServerConfigKeys.Log.setAppendEntriesComposeEnabled(properties, false);
    // An entry behind each of ours, forced to every disk, only to say that ours is committed.
    RaftServerConfigKeys.Log.setLogMetadataEnabled(properties, false);
    // The image is fetched by this member itself, from a copy made when it is needed.
    RaftServerConfigKeys.Log.Appender.setInstallSnapshotEnabled(properties, false);
    RaftServerConfigKeys.Write.setByteLimit(properties, MESSAGE);
  }

  private static void links(RaftProperties properties, RaftSettings settings) {
    RaftConfigKeys.Rpc.setType(properties, new PromptAppends.Rpc());
    GrpcConfigKeys.Server.setHost(properties, settings.self().host());
    GrpcConfigKeys.Server.setPort(properties, settings.self().port());
    GrpcConfigKeys.Server.setLeaderOutstandingAppendsMax(properties, 1);
    GrpcConfigKeys.setMessageSizeMax(properties, MESSAGE);
  }

  static Parameters parameters(RaftSettings settings, PromptAppends appends) {
    Parameters parameters = new Parameters();
    appends.register(parameters);
    Addressed addressed = new Addressed(settings.self().id());
    GrpcConfigKeys.Server.setServicesCustomizer(
        parameters, (server, types) -> server.intercept(addressed));
    settings
        .tls()
        .ifPresent(
            tls ->
                GrpcConfigKeys.TLS.setConf(
                    parameters, new GrpcTlsConfig(tls.keys(), tls.trust(), true)));
    return parameters;
  }

  private static TimeDuration time(Duration duration) {
    return TimeDuration.valueOf(duration.toMillis(), TimeUnit.MILLISECONDS);
  }
}
