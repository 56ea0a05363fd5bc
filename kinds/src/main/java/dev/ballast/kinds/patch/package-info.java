/** JSON Patch, merge patch and strategic merge patch on document trees. Pure. */
package dev.ballast.kinds.patch;
