/** What the controllers that make pods share: templates, hashes, claims, rankings. Pure. */
package dev.ballast.control.workload;
