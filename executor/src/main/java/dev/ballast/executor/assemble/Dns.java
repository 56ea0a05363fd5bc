package dev.ballast.executor.assemble;

import dev.ballast.executor.manifest.PodManifest;
import dev.ballast.executor.manifest.PodManifest.DnsConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/**
 * What a resolv.conf says. A pod's is its dnsPolicy's, to which its dnsConfig adds. Source: "DNS
 * for Services and Pods" of Kubernetes, and the kubelet's limits. There is no cluster DNS, so
 * ClusterFirst falls back to Default, as with a kubelet that was not told of one. Pure.
 *
 * @param options as one word each, {@code ndots:5}
 */
public record Dns(List<String> servers, List<String> searches, List<String> options) {

  public static final Dns NONE = new Dns(List.of(), List.of(), List.of());

  private static final int MOST_SERVERS = 3;
  private static final int MOST_SEARCHES = 32;
  private static final int SEARCH_CHARACTERS = 2048;

  /** How the engine is told that there is nothing to search; without it, it takes the machine's. */
  private static final List<String> NO_SEARCHES = List.of(".");

  /** The resolver's own default, for the same purpose. */
  private static final List<String> NO_OPTIONS = List.of("ndots:1");

  public Dns {
    servers = List.copyOf(servers);
    searches = List.copyOf(searches);
    options = List.copyOf(options);
  }

  /** The lines of a resolv.conf; of several lines of searches the last one counts. */
  public static Dns parse(List<String> lines) {
    List<String> servers = new ArrayList<>();
    List<String> searches = List.of();
    List<String> options = new ArrayList<>();
    for (String line : lines) {
      List<String> words = List.of(line.strip().split("\\s+"));
      List<String> values = words.subList(1, words.size());
      switch (words.getFirst()) {
        case "nameserver" -> values.stream().limit(1).forEach(servers::add);
        case "search", "domain" -> searches = values;
        case "options" -> options.addAll(values);
        default -> {}
      }
    }
    return new Dns(servers, searches, options);
  }

  /** True when nobody but the machine itself reaches the servers. */
  public boolean isLocal() {
    return !servers.isEmpty() && servers.stream().allMatch(Dns::isLoopback);
  }

  private static boolean isLoopback(String server) {
    return server.startsWith("127.") || server.equals("::1");
  }

  /**
   * A pod's.
   *
   * @param node the machine's own
   * @return {@link #NONE} where the engine is to do as the machine does
   */
  static Dns of(PodManifest pod, Dns node) {
    DnsConfig own = pod.spec().dnsConfig();
    boolean alone = pod.spec().dnsPolicy().equals("None");
    boolean plain =
        own.nameservers().isEmpty() && own.searches().isEmpty() && own.options().isEmpty();
    if (plain && !alone) {
      return NONE;
    }
    Dns base = alone ? NONE : pod.spec().hostNetwork() ? node : node.reachable();
    Dns merged =
        new Dns(
            union(base.servers(), own.nameservers()),
            union(base.searches(), own.searches()),
            overridden(base.options(), own.options()));
    return new Dns(
        merged.servers().subList(0, Math.min(MOST_SERVERS, merged.servers().size())),
        merged.searches().isEmpty() ? NO_SEARCHES : fitting(merged.searches()),
        merged.options().isEmpty() && !node.options().isEmpty() ? NO_OPTIONS : merged.options());
  }

  private Dns reachable() {
    return new Dns(
        servers.stream().filter(server -> !isLoopback(server)).toList(), searches, options);
  }

  private static List<String> union(List<String> first, List<String> second) {
    LinkedHashSet<String> all = new LinkedHashSet<>(first);
    all.addAll(second);
    return List.copyOf(all);
  }

  /** The pod's value of an option goes before the machine's. */
  private static List<String> overridden(List<String> base, List<DnsConfig.Option> own) {
    Map<String, String> lines = new LinkedHashMap<>();
    base.forEach(option -> lines.put(option.replaceFirst(":.*", ""), option));
    own.forEach(option -> lines.put(option.name(), option.line()));
    return List.copyOf(lines.values());
  }

  private static List<String> fitting(List<String> searches) {
    List<String> fitting = new ArrayList<>();
    int characters = 0;
    for (String search : searches) {
      characters += search.length() + (fitting.isEmpty() ? 0 : 1);
      if (fitting.size() == MOST_SEARCHES || characters > SEARCH_CHARACTERS) {
        return fitting;
      }
      fitting.add(search);
    }
    return fitting;
  }
}
