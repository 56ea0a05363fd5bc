/** The one order of commits: judge, make durable, publish, answer. */
package dev.ballast.stategrid.sequence;
