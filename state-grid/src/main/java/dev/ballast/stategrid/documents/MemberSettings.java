package dev.ballast.stategrid.documents;

import com.hazelcast.config.CacheDeserializedValues;
import com.hazelcast.config.Config;
import com.hazelcast.config.InMemoryFormat;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.MapConfig;
import com.hazelcast.config.NetworkConfig;

/**
 * How the embedded member is set up: alone, on loopback, with few threads, telling nobody. It
 * starts in under a second because there is nobody to look for.
 */
final class MemberSettings {

  static final String DOCUMENTS = "documents";

  private MemberSettings() {}

  /**
   * The factory's logger is static and looks at system properties only. What an operator has set
   * stays.
   */
  static void quieten() {
    if (System.getProperty("hazelcast.logging.type") == null
        && System.getProperty("hazelcast.logging.class") == null) {
      System.setProperty("hazelcast.logging.class", MemberLogging.class.getName());
    }
  }

  static Config embedded(String clusterName) {
    Config config = new Config();
    config.setClusterName(clusterName);
    config.setClassLoader(MemberSettings.class.getClassLoader());
    config.setProperty("hazelcast.logging.class", MemberLogging.class.getName());
    config.setProperty("hazelcast.phone.home.enabled", "false");
    config.setProperty("hazelcast.shutdownhook.enabled", "false");
    config.setProperty("hazelcast.health.monitoring.level", "OFF");
    config.setProperty("hazelcast.slow.operation.detector.enabled", "false");
    config.setProperty("hazelcast.wait.seconds.before.join", "0");
    config.setProperty("hazelcast.socket.bind.any", "false");
    // Few partitions: one operation per partition is what a bulk read costs.
    config.setProperty("hazelcast.partition.count", "31");
    config.setProperty("hazelcast.operation.thread.count", "2");
    config.setProperty("hazelcast.operation.generic.thread.count", "2");
    config.setProperty("hazelcast.io.thread.count", "1");
    config.setProperty("hazelcast.event.thread.count", "1");
    config.getJetConfig().setEnabled(false);
    config.getMetricsConfig().setEnabled(false);
    config.getIntegrityCheckerConfig().setEnabled(false);
    config.addMapConfig(
        new MapConfig(DOCUMENTS)
            .setInMemoryFormat(InMemoryFormat.BINARY)
            .setCacheDeserializedValues(CacheDeserializedValues.NEVER)
            .setBackupCount(0)
            .setStatisticsEnabled(false));
    listenOnLoopback(config.getNetworkConfig());
    return config;
  }

  private static void listenOnLoopback(NetworkConfig network) {
    network.setPort(0).getInterfaces().setEnabled(true).addInterface("127.0.0.1");
    JoinConfig join = network.getJoin();
    join.getAutoDetectionConfig().setEnabled(false);
    join.getMulticastConfig().setEnabled(false);
    join.getTcpIpConfig().setEnabled(false);
  }
}
