/** Lists and pages from the index at one revision. */
package dev.ballast.stategrid.lists;
