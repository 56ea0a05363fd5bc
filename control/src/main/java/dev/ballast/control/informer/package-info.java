/** Caches of the store's objects, kept by list and watch; their contract is that of Informer. */
package dev.ballast.control.informer;
