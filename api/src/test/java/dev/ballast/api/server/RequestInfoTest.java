package dev.ballast.api.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestInfoTest {

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          GET, /api/v1/pods, false,                                list|||pods|||
          GET, /api/v1/pods, true,                                 watch|||pods|||
          GET, /api/v1/watch/pods, false,                          watch|||pods|||
          GET, /api/v1/namespaces, false,                          list|||namespaces|||
          GET, /api/v1/namespaces/a, false,                        get||a|namespaces|a||
          PUT, /api/v1/namespaces/a/finalize, false,               update||a|namespaces|a|finalize|
          PATCH, /api/v1/namespaces/a/status, false,               patch||a|namespaces|a|status|
          GET, /api/v1/namespaces/a/pods, false,                   list||a|pods|||
          POST, /api/v1/namespaces/a/pods, false,                  create||a|pods|||
          DELETE, /api/v1/namespaces/a/pods, false,                deletecollection||a|pods|||
          DELETE, /api/v1/namespaces/a/pods/b, false,              delete||a|pods|b||
          GET, /api/v1/namespaces/a/pods/b, true,                  get||a|pods|b||
          GET, /api/v1/watch/namespaces/a/pods/b, false,           watch||a|pods|b||
          GET, /api/v1/namespaces/a/pods/b/log, true,              get||a|pods|b|log|
          GET, /api/v1/namespaces/a/status, false,                 get||a|namespaces|a|status|
          GET, /api/v1/nodes/n/proxy/x/y%20z/, false,              get|||nodes|n|proxy|/x/y%20z/
          GET, /apis/apps/v1/namespaces/a/deployments/d/scale, false, get|apps|a|deployments|d|scale|
          GET, /apis/apps/v1/deployments/system%3Ax, false,        get|apps||deployments|system:x||
          GET, /apis/apps/v1, false,                               get||||||
          GET, /apis/apps/v1/, false,                              get||||||
          GET, /api/v1, false,                                     get||||||
          GET, /version, false,                                    get||||||
          OPTIONS, /api/v1/pods, false,                            options|||pods|||
          """)
  void readsAsKubeApiserverDoes(String method, String path, boolean watch, String expected) {
    RequestInfo info = RequestInfo.of(method, path, watch);
    assertEquals(
        expected.strip(),
        String.join(
            "|",
            info.verb(),
            info.group(),
            info.namespace(),
            info.resource(),
            info.name(),
            info.subresource(),
            info.rest()));
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          GET, /api/v1/pods, '',                                       true
          GET, /api/v1/pods, resourceVersion=0,                        false
          GET, /api/v1/pods, resourceVersion=7,                        false
          GET, /api/v1/pods, continue=x,                               false
          GET, /api/v1/pods, watch=true,                               false
          GET, /api/v1/namespaces/a/pods/b, '',                        true
          GET, /api/v1/namespaces/a/pods/b, resourceVersion=0,         false
          GET, /api/v1/namespaces/a/pods/b/log, '',                    false
          GET, /api/v1/namespaces/a/pods/b/exec, '',                   false
          POST, /api/v1/namespaces/a/pods/b/exec, '',                  false
          POST, /api/v1/namespaces/a/pods/b/binding, '',               true
          GET, /apis/ballast.dev/v1/nodes/n/tunnel, '',                false
          GET, /apis/apps/v1/namespaces/a/deployments/d/scale, '',     true
          POST, /api/v1/namespaces/a/pods, resourceVersion=0,          true
          PATCH, /api/v1/nodes/n/status, '',                           true
          DELETE, /api/v1/namespaces/a/pods/b, '',                     true
          POST, /apis/ballast.dev/v1/commits, '',                      true
          POST, /apis/authorization.k8s.io/v1/selfsubjectaccessreviews, '', false
          GET, /version, '',                                           false
          GET, /apis, '',                                              false
          """)
  void knowsWhoIsServedWithTheNewestOnly(String method, String path, String query, boolean newest) {
    RequestInfo info = RequestInfo.of(method, path, query.equals("watch=true"));
    assertEquals(
        newest, info.needsNewest(name -> query.startsWith(name + "=") ? query.substring(1) : ""));
  }
}
