/** What every controller reads and writes of an object's metadata and conditions. Pure. */
package dev.ballast.control.meta;
