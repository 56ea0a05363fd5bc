/** The HTTP server and the seam that endpoints plug into: routes, exchanges, request parsing. */
package dev.ballast.api.server;
