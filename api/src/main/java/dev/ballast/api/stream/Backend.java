package dev.ballast.api.stream;

/** Where a proxied request goes: a port of a pod. */
record Backend(Pods.Target pod, String scheme, int port) {}
