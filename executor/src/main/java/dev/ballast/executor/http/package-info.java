/** HTTP/1.1 to pods over whatever link the runtime gives. */
package dev.ballast.executor.http;
