package dev.ballast.api.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.api.auth.Attributes;
import dev.ballast.api.auth.Authorizer;
import dev.ballast.api.auth.Authorizer.Decision;
import dev.ballast.api.server.Endpoint;
import dev.ballast.api.server.Exchange;
import dev.ballast.api.server.Refusal;
import dev.ballast.api.server.RouteTable;
import dev.ballast.api.server.Routes;
import dev.ballast.api.wire.Bodies;
import dev.ballast.core.identity.User;
import dev.ballast.core.status.Failures;
import dev.ballast.kinds.Kind;
import dev.ballast.kinds.KindRegistry;
import java.util.List;

/**
 * The SelfSubject reviews: what a caller may do, and who it is. Asked by POST, answered at once,
 * never stored. Thread-safe.
 */
public final class Reviews implements Routes {

  private static final String AUTHORIZATION = "authorization.k8s.io";
  private static final String AUTHENTICATION = "authentication.k8s.io";

  private final KindRegistry kinds;
  private final Authorizer authorizer;
  private final Bodies bodies;

  public Reviews(KindRegistry kinds, Authorizer authorizer, Bodies bodies) {
    this.kinds = kinds;
    this.authorizer = authorizer;
    this.bodies = bodies;
  }

  private interface Answer {
    void fill(User user, ObjectNode review) throws Refusal;
  }

  @Override
  public void install(RouteTable table) {
    table.resource(AUTHORIZATION, "selfsubjectaccessreviews", review(this::access));
    table.resource(AUTHORIZATION, "selfsubjectrulesreviews", review(this::rules));
    table.resource(AUTHENTICATION, "selfsubjectreviews", review(Reviews::self));
  }

  private Endpoint review(Answer answer) {
    return exchange -> {
      Target target = Target.of(exchange.info(), kinds);
      if (!exchange.info().verb().equals("create") || !target.name().isEmpty()) {
        throw Target.methodNotAllowed(target.kind());
      }
      Kind kind = target.kind();
      ObjectNode review = Parameters.object(exchange, bodies, kind.kind()).object();
      review.put("kind", kind.kind()).put("apiVersion", kind.apiVersion());
      if (!review.path("metadata").isObject()) {
        review.putObject("metadata").putNull("creationTimestamp");
      }
      answer.fill(exchange.user(), review);
      send(exchange, review);
    };
  }

  private static void send(Exchange exchange, ObjectNode review) throws Refusal {
    Answers.send(exchange, 201, review);
  }

  private void access(User user, ObjectNode review) throws Refusal {
    JsonNode resource = review.at("/spec/resourceAttributes");
    JsonNode path = review.at("/spec/nonResourceAttributes");
    if (resource.isObject() == path.isObject()) {
      throw new Refusal(
          Failures.badRequest(
              "spec: exactly one of nonResourceAttributes or resourceAttributes must be"
                  + " specified"));
    }
    Attributes asked =
        resource.isObject()
            ? new Attributes(
                text(resource, "verb"),
                text(resource, "group"),
                text(resource, "version"),
                text(resource, "namespace"),
                text(resource, "resource"),
                text(resource, "subresource"),
                text(resource, "name"),
                "")
            : new Attributes(text(path, "verb"), "", "", "", "", "", "", text(path, "path"));
    ObjectNode status = review.putObject("status");
    switch (authorizer.authorize(user, asked)) {
      case Decision.Allowed allowed -> status.put("allowed", true).put("reason", allowed.reason());
      case Decision.Denied denied -> status.put("allowed", false).put("reason", denied.reason());
    }
  }

  private static String text(JsonNode node, String field) {
    return node.path(field).asText("");
  }

  private void rules(User user, ObjectNode review) {
    String namespace = review.at("/spec/namespace").asText("default");
    ObjectNode status = review.putObject("status");
    ArrayNode resources = status.putArray("resourceRules");
    ArrayNode paths = status.putArray("nonResourceRules");
    status.put("incomplete", false);
    if (allows(user, new Attributes("*", "*", "*", namespace, "*", "*", "", ""))) {
      rule(resources, List.of("*"), "*", "*");
    } else {
      for (Kind kind : kinds.all()) {
        List<String> verbs =
            kind.verbs().stream()
                .sorted()
                .filter(verb -> may(user, verb, kind, namespace))
                .toList();
        if (!verbs.isEmpty()) {
          rule(resources, verbs, kind.group(), kind.plural());
        }
      }
    }
    if (allows(user, new Attributes("get", "", "", "", "", "", "", "/"))) {
      ObjectNode every = paths.addObject();
      every.putArray("verbs").add("*");
      every.putArray("nonResourceURLs").add("*");
    }
  }

  private boolean may(User user, String verb, Kind kind, String namespace) {
    return allows(
        user,
        new Attributes(verb, kind.group(), kind.version(), namespace, kind.plural(), "", "", ""));
  }

  private boolean allows(User user, Attributes attributes) {
    return authorizer.authorize(user, attributes) instanceof Decision.Allowed;
  }

  private static void rule(ArrayNode rules, List<String> verbs, String group, String plural) {
    ObjectNode rule = rules.addObject();
    ArrayNode array = rule.putArray("verbs");
    verbs.forEach(array::add);
    rule.putArray("apiGroups").add(group);
    rule.putArray("resources").add(plural);
  }

  private static void self(User user, ObjectNode review) {
    ObjectNode info = review.putObject("status").putObject("userInfo");
    info.put("username", user.name());
    if (!user.uid().isEmpty()) {
      info.put("uid", user.uid());
    }
    ArrayNode groups = info.putArray("groups");
    user.groups().forEach(groups::add);
    if (!user.extra().isEmpty()) {
      ObjectNode extra = info.putObject("extra");
      user.extra()
          .forEach(
              (key, values) -> {
                ArrayNode array = extra.putArray(key);
                values.forEach(array::add);
              });
    }
  }
}
