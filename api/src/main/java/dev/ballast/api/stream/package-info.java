/** What reaches into pods: logs, exec, attach, and the HTTP proxies. */
package dev.ballast.api.stream;
