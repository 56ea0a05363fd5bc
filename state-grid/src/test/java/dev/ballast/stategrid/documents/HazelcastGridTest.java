package dev.ballast.stategrid.documents;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What only the real member can show: that nobody else reaches it. */
class HazelcastGridTest {

  private static final ObjectKey SECRET =
      new ObjectKey(new ResourceType("", "secrets"), "default", "password");

  @Test
  void theMemberListensToNobodyAndStillHoldsDocuments() {
    try (HazelcastGrid grid = new HazelcastGrid("nobody-comes-in")) {
      HazelcastInstance member =
          Hazelcast.getAllHazelcastInstances().stream()
              .filter(one -> one.getConfig().getClusterName().equals("nobody-comes-in"))
              .findFirst()
              .orElseThrow();
      InetSocketAddress address = member.getCluster().getLocalMember().getSocketAddress();

      assertTrue(address.getPort() > 0);
      assertThrows(
          ConnectException.class,
          () -> new Socket(address.getHostString(), address.getPort()).close());

      grid.put(Map.of(SECRET, new byte[] {1}));
      assertArrayEquals(new byte[] {1}, grid.get(SECRET).orElseThrow());
      assertEquals(Set.of(SECRET), grid.getAll(List.of(SECRET)).keySet());
    }
  }
}
