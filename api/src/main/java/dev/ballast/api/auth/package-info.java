/** Who asks, and whether they may: the ports that authenticators and access rules fill. */
package dev.ballast.api.auth;
