/** Serves the API's requests to this node: logs, exec, attach, HTTP to pods. */
package dev.ballast.executor.stream;
