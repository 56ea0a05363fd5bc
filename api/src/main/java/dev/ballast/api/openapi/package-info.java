/** The API described for clients: OpenAPI v2 (JSON and protobuf) and v3, from the kinds. */
package dev.ballast.api.openapi;
