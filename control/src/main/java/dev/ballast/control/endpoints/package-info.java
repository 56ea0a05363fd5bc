/** Tells which pods stand behind a Service: as EndpointSlices, and as Endpoints. */
package dev.ballast.control.endpoints;
