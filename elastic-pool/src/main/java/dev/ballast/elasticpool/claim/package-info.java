/** Karpenter's NodePool and NodeClaim: how many machines there are, and what becomes of each. */
package dev.ballast.elasticpool.claim;
