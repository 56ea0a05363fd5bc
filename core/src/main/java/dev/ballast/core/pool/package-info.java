/** Machines that come and go: what a pool asks of whoever provides them. */
package dev.ballast.core.pool;
