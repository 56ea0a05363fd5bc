/** The life of persistent volumes and claims: who is bound to whom, and the phases. */
package dev.ballast.control.volume;
