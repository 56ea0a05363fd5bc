/** Ends namespaces: their contents first. */
package dev.ballast.control.namespace;
