/** Time for tests on real parts. */
package dev.ballast.testkit.time;
