/** The node agent: watches this node's pods and brings the machine to what they say. */
package dev.ballast.executor.agent;
