package dev.ballast.api.server;

import dev.ballast.core.status.Failure;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The endpoints entered, and the choice among them. Read-only once the server listens. */
final class RouteMap implements RouteTable {

  private static final Endpoint NO_PAGE =
      exchange -> {
        throw new Refusal(
            new Failure(404, "NotFound", "the server could not find the requested resource"));
      };

  private record Target(String group, String resource, String subresource) {}

  /**
   * @param open whether the caller may be nobody
   */
  record Route(Endpoint endpoint, boolean open) {}

  private final Map<Target, Endpoint> resources = new HashMap<>();
  private final Map<String, Route> pages = new HashMap<>();
  private final TreeMap<String, Route> folders = new TreeMap<>();
  private final Endpoint kinds;

  /**
   * @param kinds serves every resource that is not entered
   */
  RouteMap(Endpoint kinds) {
    this.kinds = kinds;
  }

  @Override
  public void subresource(String group, String resource, String subresource, Endpoint endpoint) {
    enter(resources, new Target(group, resource, subresource), endpoint);
  }

  @Override
  public void resource(String group, String resource, Endpoint endpoint) {
    enter(resources, new Target(group, resource, ""), endpoint);
  }

  @Override
  public void path(String path, boolean open, Endpoint endpoint) {
    enter(path.endsWith("/") ? folders : pages, path, new Route(endpoint, open));
  }

  private static <K, V> void enter(Map<K, V> map, K key, V value) {
    if (map.putIfAbsent(key, value) != null) {
      throw new IllegalArgumentException("two endpoints for " + key);
    }
  }

  Route find(RequestInfo info) {
    if (info.isResource()) {
      Endpoint found = resources.get(new Target(info.group(), info.resource(), info.subresource()));
      if (found == null) {
        found = resources.get(new Target(info.group(), info.resource(), ""));
      }
      return new Route(found == null ? kinds : found, false);
    }
    Route page = pages.get(info.path());
    return page != null ? page : folder(info.path()).orElse(new Route(NO_PAGE, false));
  }

  /** The longest folder that the path is in. */
  private Optional<Route> folder(String path) {
    for (int end = path.lastIndexOf('/'); end >= 0; end = path.lastIndexOf('/', end - 1)) {
      Route route = folders.get(path.substring(0, end + 1));
      if (route != null) {
        return Optional.of(route);
      }
      if (end == 0) {
        break;
      }
    }
    return Optional.empty();
  }
}
