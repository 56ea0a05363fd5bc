/** Follows nodes' heartbeats, taints nodes by their condition, and moves pods off dead ones. */
package dev.ballast.control.node;
