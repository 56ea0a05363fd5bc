/** What the server tells of itself: groups, resources, version, health, paths. */
package dev.ballast.api.discovery;
