/** The server's end of the nodes' tunnels: the way to every node's agent. */
package dev.ballast.api.tunnel;
