/** WebSockets of the server as blocking streams of frames. */
package dev.ballast.api.socket;
