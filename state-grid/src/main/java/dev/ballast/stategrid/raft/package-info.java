/** The replicated log: Apache Ratis stays in here. */
package dev.ballast.stategrid.raft;
