package dev.ballast.api.server;

import dev.ballast.api.auth.Attributes;
import dev.ballast.api.auth.Authorizer;
import dev.ballast.core.identity.User;
import dev.ballast.core.status.Failures;
import io.vertx.core.MultiMap;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;

/**
 * {@code kubectl --as}: the Impersonate-User, -Group, -Uid and -Extra-KEY headers, as
 * kube-apiserver reads them. The caller must be allowed the verb {@code impersonate} on each part
 * of whom it wants to be; from then on the request is that user's. Pure but for the authoriser.
 */
final class Impersonation {

  private static final String USER = "Impersonate-User";
  private static final String GROUP = "Impersonate-Group";
  private static final String UID = "Impersonate-Uid";
  private static final String EXTRA = "impersonate-extra-";
  private static final String AUTHENTICATION = "authentication.k8s.io";
  private static final String ACCOUNT = "system:serviceaccount:";

  private final User caller;
  private final Authorizer authorizer;

  private Impersonation(User caller, Authorizer authorizer) {
    this.caller = caller;
    this.authorizer = authorizer;
  }

  /** The user that the request is to be served as: the caller, if it asks for nobody else. */
  static User of(User caller, MultiMap headers, Authorizer authorizer) throws Refusal {
    String name = headers.contains(USER) ? headers.get(USER).strip() : "";
    List<String> groups = headers.getAll(GROUP);
    String uid = headers.contains(UID) ? headers.get(UID).strip() : "";
    Map<String, List<String>> extra = extra(headers);
    if (!name.isEmpty()) {
      return new Impersonation(caller, authorizer).user(name, uid, groups, extra);
    }
    if (groups.isEmpty() && uid.isEmpty() && extra.isEmpty()) {
      return caller;
    }
    throw new Refusal(
        Failures.badRequest(
            "groups, uid or extras were requested without impersonating a user: set "
                + USER
                + " too"));
  }

  private static Map<String, List<String>> extra(MultiMap headers) throws Refusal {
    Map<String, List<String>> extra = new LinkedHashMap<>();
    TreeSet<String> names = new TreeSet<>();
    headers.names().forEach(name -> names.add(name.toLowerCase(Locale.ROOT)));
    for (String name : names.tailSet(EXTRA)) {
      if (name.startsWith(EXTRA)) {
        extra.put(decoded(name.substring(EXTRA.length())), headers.getAll(name));
      }
    }
    return extra;
  }

  private static String decoded(String key) throws Refusal {
    try {
      return URLDecoder.decode(key.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException malformed) {
      throw new Refusal(
          Failures.badRequest("the header " + EXTRA + key + " is not well percent-encoded"));
    }
  }

  private User user(String name, String uid, List<String> asked, Map<String, List<String>> extra)
      throws Refusal {
    List<String> groups = new ArrayList<>();
    String[] account =
        name.startsWith(ACCOUNT) ? name.substring(ACCOUNT.length()).split(":") : null;
    if (account != null && account.length == 2) {
      require("", account[0], "serviceaccounts", "", account[1]);
      if (asked.isEmpty()) {
        groups.add("system:serviceaccounts");
        groups.add("system:serviceaccounts:" + account[0]);
      }
    } else {
      require("", "", "users", "", name);
    }
    for (String group : asked) {
      require("", "", "groups", "", group);
      groups.add(group);
    }
    if (!uid.isEmpty()) {
      require(AUTHENTICATION, "", "uids", "", uid);
    }
    for (Map.Entry<String, List<String>> each : extra.entrySet()) {
      for (String value : each.getValue()) {
        require(AUTHENTICATION, "", "userextras", each.getKey(), value);
      }
    }
    if (!groups.contains("system:authenticated") && !groups.contains("system:unauthenticated")) {
      groups.add(
          name.equals("system:anonymous") ? "system:unauthenticated" : "system:authenticated");
    }
    return new User(name, uid, groups, extra);
  }

  private void require(
      String group, String namespace, String resource, String subresource, String name)
      throws Refusal {
    Attributes attributes =
        new Attributes("impersonate", group, "v1", namespace, resource, subresource, name, "");
    if (authorizer.authorize(caller, attributes) instanceof Authorizer.Decision.Denied denied) {
      throw new Refusal(Gate.forbidden(caller, attributes, denied.reason()));
    }
  }
}
