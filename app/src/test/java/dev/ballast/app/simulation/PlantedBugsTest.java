package dev.ballast.app.simulation;

import static org.junit.jupiter.api.Assertions.fail;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.container.ContainerRuntime;
import dev.ballast.core.container.ContainerSpec;
import dev.ballast.core.container.RuntimeResult;
import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.store.CommitResult;
import dev.ballast.core.store.ResourceStore;
import dev.ballast.core.store.Write;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Bugs planted around the product: the whole simulation must find each, and say what it saw. */
class PlantedBugsTest {

  private static final int SEEDS = 3;

  /** What is wrong, and how the simulation words it. */
  enum Bug implements Sabotage {
    /** Containers' names do not come from their pods' uids. */
    TWINS("for the second time") {
      private int made;

      @Override
      public ContainerRuntime engine(ContainerRuntime engine) {
        return calls(
            ContainerRuntime.class,
            engine,
            (name, arguments) -> {
              if (!name.equals("createContainer")) {
                return Optional.empty();
              }
              ContainerSpec spec = (ContainerSpec) arguments[0];
              RuntimeResult first = engine.createContainer(spec);
              if (first instanceof RuntimeResult.Done done && ++made % 5 == 0) {
                engine.start(done.id());
              }
              return Optional.of(engine.createContainer(renamed(spec, spec.name() + made)));
            });
      }
    },

    /** The engine is told to stop and remove, and nobody sees to it. */
    UNREAPED("still runs") {
      @Override
      public ContainerRuntime engine(ContainerRuntime engine) {
        return calls(
            ContainerRuntime.class,
            engine,
            (name, arguments) ->
                switch (name) {
                  case "stop" -> Optional.of(engine);
                  case "remove" -> Optional.of(new RuntimeResult.Done((String) arguments[0]));
                  default -> Optional.empty();
                });
      }
    },

    /** Every pod goes to one node, full or not. */
    CROWDED("has given") {
      @Override
      public ResourceStore store(ResourceStore store) {
        return rewriting(
            store,
            (before, after) -> {
              if (after.at("/kind").asText().equals("Pod") && after.at("/spec").has("nodeName")) {
                after.withObject("/spec").put("nodeName", "n0");
              }
            });
      }
    },

    /** A pod moves while it runs. */
    REBOUND("then to") {
      @Override
      public ResourceStore store(ResourceStore store) {
        return rewriting(
            store,
            (before, after) -> {
              if (before.at("/spec/nodeName").asText("").equals("n1")) {
                after.withObject("/spec").put("nodeName", "n2");
              }
            });
      }
    },

    /** A Job's success counts for two. */
    COUNTED_TWICE("but there were") {
      @Override
      public ResourceStore store(ResourceStore store) {
        return rewriting(
            store,
            (before, after) -> {
              int known = before.at("/status/succeeded").asInt();
              int now = after.at("/status/succeeded").asInt();
              if (after.at("/kind").asText().equals("Job") && now > known) {
                after.withObject("/status").put("succeeded", now + 1);
              }
            });
      }
    },

    /** Some writes are acknowledged and dropped. */
    FORGOTTEN("acknowledged was") {
      private int writes;

      @Override
      public ResourceStore store(ResourceStore store) {
        return calls(
            ResourceStore.class,
            store,
            (name, arguments) -> {
              if (name.equals("commit")
                  && arguments[0] instanceof List<?> list
                  && list.getFirst() instanceof Write.Replace replace
                  && replace.key().type().equals(ResourceType.CONFIG_MAPS)
                  && ++writes % 4 == 0) {
                long revision = store.revision();
                byte[] json = Json.stamp(replace.json(), revision);
                return Optional.of(
                    new CommitResult.Committed(
                        revision, List.of(new Document(replace.key(), revision, json))));
              }
              return Optional.empty();
            });
      }
    };

    private final String seen;

    Bug(String seen) {
      this.seen = seen;
    }
  }

  @ParameterizedTest
  @EnumSource
  void isSeen(Bug bug) {
    List<String> found = new ArrayList<>();
    for (long seed = 1; seed <= SEEDS; seed++) {
      Optional<String> wrong = new Simulation(seed, bug).run();
      wrong.ifPresent(found::add);
      if (wrong.filter(what -> what.contains(bug.seen)).isPresent()) {
        return;
      }
    }
    fail(bug + " was not seen in " + SEEDS + " seeds, only " + found);
  }

  @FunctionalInterface
  private interface Interception {
    /** Empty to go on to the real thing. */
    Optional<Object> of(String method, Object[] arguments);
  }

  private static <T> T calls(Class<T> port, T real, Interception interception) {
    return port.cast(
        Proxy.newProxyInstance(
            port.getClassLoader(),
            new Class<?>[] {port},
            (proxy, method, arguments) -> {
              if (method.isDefault()) {
                return java.lang.reflect.InvocationHandler.invokeDefault(proxy, method, arguments);
              }
              Optional<Object> instead = interception.of(method.getName(), arguments);
              if (instead.isPresent()) {
                return method.getReturnType() == void.class ? null : instead.get();
              }
              try {
                return method.invoke(real, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            }));
  }

  @FunctionalInterface
  private interface Rewrite {
    void change(ObjectNode before, ObjectNode after);
  }

  private static ResourceStore rewriting(ResourceStore store, Rewrite rewrite) {
    UnaryOperator<Write> spoil =
        write ->
            write instanceof Write.Replace replace
                ? new Write.Replace(
                    replace.key(),
                    replace.expectedRevision(),
                    replace.subresource(),
                    spoilt(store, replace.key(), replace.json(), rewrite))
                : write;
    return calls(
        ResourceStore.class,
        store,
        (name, arguments) ->
            name.equals("commit") && arguments[0] instanceof List<?> list
                ? Optional.of(
                    store.commit(list.stream().map(Write.class::cast).map(spoil).toList()))
                : Optional.empty());
  }

  private static byte[] spoilt(ResourceStore store, ObjectKey key, byte[] json, Rewrite rewrite) {
    ObjectNode after = Json.parse(json);
    rewrite.change(store.get(key).map(Document::tree).orElseGet(Json::object), after);
    return Json.storable(after);
  }

  private static ContainerSpec renamed(ContainerSpec spec, String name) {
    return new ContainerSpec(
        spec.pod(),
        name,
        spec.container(),
        spec.attempt(),
        spec.sandboxId(),
        spec.sandboxAttempt(),
        spec.hash(),
        spec.image(),
        spec.command(),
        spec.args(),
        spec.workingDir(),
        spec.env(),
        spec.mounts(),
        spec.limits(),
        spec.security(),
        spec.terminal(),
        spec.logs());
  }
}
