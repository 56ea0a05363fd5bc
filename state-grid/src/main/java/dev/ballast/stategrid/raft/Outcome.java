package dev.ballast.stategrid.raft;

import dev.ballast.core.store.CommitResult;
import dev.ballast.core.store.StoreUnavailableException;
import dev.ballast.stategrid.wire.WireReader;
import dev.ballast.stategrid.wire.WireWriter;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** What the leader says of one of several commits that came in one call. */
sealed interface Outcome {

  record Known(CommitResult result) implements Outcome {}

  /** Nobody knows whether it took effect. */
  record Unknown(String why) implements Outcome {}

  /** Waits for it. */
  static Outcome of(CompletableFuture<CommitResult> commit) {
    try {
      return new Known(commit.join());
    } catch (CompletionException e) {
      return new Unknown(String.valueOf(e.getCause().getMessage()));
    }
  }

  default void write(WireWriter out) {
    switch (this) {
      case Known known -> StoreCoding.result(out.flag(true), known.result());
      case Unknown unknown -> out.flag(false).text(unknown.why());
    }
  }

  static Outcome read(WireReader in) {
    return in.flag() ? new Known(StoreCoding.result(in)) : new Unknown(in.text());
  }

  default void tell(CompletableFuture<CommitResult> waiting) {
    switch (this) {
      case Known known -> waiting.complete(known.result());
      case Unknown unknown ->
          waiting.completeExceptionally(new StoreUnavailableException(unknown.why()));
    }
  }
}
