/** What to do for one pod, and what its status is: pure functions and values. */
package dev.ballast.executor.pod;
