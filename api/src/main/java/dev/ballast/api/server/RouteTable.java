package dev.ballast.api.server;

/**
 * Where endpoints are entered. The most special entry wins: subresource, then resource, then path;
 * what nobody claims goes to the kinds of the registry, and then to the 404 page. An endpoint gets
 * every method and every version of its path, and refuses what it does not serve.
 */
public interface RouteTable {

  /** {@code …/RESOURCE/NAME/SUBRESOURCE[/REST…]}, namespaced or not. */
  void subresource(String group, String resource, String subresource, Endpoint endpoint);

  /** Everything under {@code /apis/GROUP/VERSION/[namespaces/NS/]RESOURCE} not claimed above. */
  void resource(String group, String resource, Endpoint endpoint);

  /**
   * One path that is no resource, and, if it ends in a slash, what is beneath it.
   *
   * @param open true to let people in who have not said who they are
   */
  void path(String path, boolean open, Endpoint endpoint);
}
