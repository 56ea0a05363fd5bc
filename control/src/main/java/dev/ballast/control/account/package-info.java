/** Gives each namespace what pods in it need to reach the API. */
package dev.ballast.control.account;
