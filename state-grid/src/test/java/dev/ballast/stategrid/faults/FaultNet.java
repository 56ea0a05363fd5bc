package dev.ballast.stategrid.faults;

/** The bridge that the machines' cables go to; the test itself is on it with address 1. */
final class FaultNet implements AutoCloseable {

  private final String name;

  FaultNet(String name) {
    this.name = name;
    close();
    Shell.run("ip", "link", "add", name, "type", "bridge");
    Shell.run("ip", "addr", "add", address(name, 1) + "/24", "dev", name);
    Shell.run("ip", "link", "set", name, "up");
    // An engine on this machine may have forbidden what crosses bridges.
    Shell.works("iptables", "-I", "FORWARD", "-i", name, "-o", name, "-j", "ACCEPT");
  }

  /** The net's number is in its name: bf7 is 10.201.7.0/24. */
  static String address(String net, int host) {
    return "10.201." + Integer.parseInt(net.substring(2)) + "." + host;
  }

  static synchronized boolean possible() {
    String probe = "bfprobe" + ProcessHandle.current().pid() % 1000;
    boolean works =
        Shell.works("ip", "netns", "add", probe)
            && Shell.works("ip", "netns", "exec", probe, "nft", "list", "ruleset");
    Shell.works("ip", "netns", "del", probe);
    return works;
  }

  @Override
  public void close() {
    Shell.works("iptables", "-D", "FORWARD", "-i", name, "-o", name, "-j", "ACCEPT");
    Shell.works("ip", "link", "del", name);
  }
}
