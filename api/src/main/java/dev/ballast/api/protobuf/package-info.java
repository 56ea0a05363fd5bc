/** Kubernetes' protobuf bodies, read by descriptor and schema. */
package dev.ballast.api.protobuf;
