/** Public manifests: how to read them and what is known about them. */
package dev.ballast.testkit.manifest;
