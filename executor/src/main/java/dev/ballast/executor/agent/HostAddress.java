package dev.ballast.executor.agent;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Comparator;
import org.slf4j.LoggerFactory;

/** The address under which this machine is known: the first of a real, running interface. */
final class HostAddress {

  private HostAddress() {}

  /**
   * @param configured wins unless ""
   * @param gateway of the pods' network: the last resort but loopback
   */
  static String of(String configured, String gateway) {
    if (!configured.isEmpty()) {
      return configured;
    }
    try {
      return NetworkInterface.networkInterfaces()
          .filter(HostAddress::isReal)
          .sorted(Comparator.comparingInt(NetworkInterface::getIndex))
          .flatMap(NetworkInterface::inetAddresses)
          .filter(Inet4Address.class::isInstance)
          .map(InetAddress::getHostAddress)
          .filter(address -> !address.equals(gateway))
          .findFirst()
          .orElse(gateway.isEmpty() ? "127.0.0.1" : gateway);
    } catch (SocketException e) {
      LoggerFactory.getLogger(HostAddress.class).warn("no network interface could be read", e);
      return gateway.isEmpty() ? "127.0.0.1" : gateway;
    }
  }

  private static boolean isReal(NetworkInterface network) {
    try {
      String name = network.getName();
      boolean bridge =
          name.startsWith("docker") || name.startsWith("br-") || name.startsWith("veth");
      return network.isUp() && !network.isLoopback() && !bridge;
    } catch (SocketException e) {
      return false;
    }
  }
}
