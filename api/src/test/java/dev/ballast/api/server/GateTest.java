package dev.ballast.api.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.ballast.api.auth.Authorizer;
import dev.ballast.core.identity.User;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Refusals in kube-apiserver's words, which people search for. */
class GateTest {

  private static final User JANE = new User("jane", "", List.of(), Map.of());

  private final Gate gate =
      new Gate(token -> Optional.empty(), (user, asked) -> new Authorizer.Decision.Denied(""));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          GET    | /api/v1/namespaces/a/pods             | pods is forbidden: User "jane" cannot list resource "pods" in API group "" in the namespace "a"
          GET    | /api/v1/namespaces/a/pods/p/log       | pods "p" is forbidden: User "jane" cannot get resource "pods/log" in API group "" in the namespace "a"
          DELETE | /apis/apps/v1/namespaces/a/deployments/d | deployments.apps "d" is forbidden: User "jane" cannot delete resource "deployments" in API group "apps" in the namespace "a"
          GET    | /api/v1/nodes                         | nodes is forbidden: User "jane" cannot list resource "nodes" in API group "" at the cluster scope
          GET    | /metrics                              | forbidden: User "jane" cannot get path "/metrics"
          """)
  void saysWhoMayNotDoWhatWhere(String method, String path, String message) {
    RequestInfo info = RequestInfo.of(method, path, false);
    Refusal refusal = assertThrows(Refusal.class, () -> gate.authorize(JANE, info));
    assertEquals(403, refusal.failure().code());
    assertEquals("Forbidden", refusal.failure().reason());
    assertEquals(message, refusal.failure().message());
  }
}
