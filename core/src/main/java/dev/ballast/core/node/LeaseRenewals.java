package dev.ballast.core.node;

import java.time.Duration;

/**
 * A node's short way to renew its lease: a word on the tunnel that stands anyway, instead of a
 * request of its own. It renews what is there; whatever else there is to do with the lease (making
 * it, taking it over) its owner does by the API, and so does everything when the word is not taken.
 *
 * <p>On a control link whose two ends agreed on {@link #PROTOCOL}, the agent sends {@code
 * {"renew":TIME}}, one at a time, and the server answers {@code {"renewed":TIME}} or {@code
 * {"notRenewed":TIME}}. An end that does not know the protocol never hears of it.
 */
public interface LeaseRenewals {

  /** The WebSocket subprotocol of a control link that takes renewals. */
  String PROTOCOL = "renewals.tunnel.ballast.dev";

  /**
   * How long the agent waits for the answer before it writes the lease itself: longer than a server
   * gathers and writes, short beside the grace period of a node.
   */
  Duration PATIENCE = Duration.ofSeconds(5);

  /** Where there is no tunnel. */
  LeaseRenewals NONE = renewTime -> false;

  /**
   * Blocks until a server has answered, for some seconds at most.
   *
   * @param renewTime of the node's clock, as Kubernetes writes it: UTC with microseconds
   * @return whether the stored lease has it now; if not, which may be for any reason, the caller
   *     writes the lease itself
   */
  boolean renew(String renewTime);
}
