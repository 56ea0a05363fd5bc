/** A node's own identity: its key, and the credential that it gets for it. */
package dev.ballast.client.node;
