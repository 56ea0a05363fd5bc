package dev.ballast.core.pool;

import dev.ballast.core.status.Failure;
import java.util.List;

/**
 * Where machines come from: a cloud, a rack, simulated nodes in this process. Calls may block and
 * may be repeated after a crash in the middle; a contract test in testkit says what then holds.
 * Thread-safe.
 */
public interface NodeProvider {

  /** Every machine of every pool that exists or is being made, in any order. */
  Listed list();

  /**
   * Makes a machine, or returns the one that was made for the same name and token before. Returns
   * when the machine is sure to come, not when its node is ready.
   */
  Created create(MachineSpec spec);

  /** Ends a machine for good. That there is none of that id counts as done. */
  Deleted delete(String id);

  sealed interface Listed {
    record Machines(List<Machine> machines) implements Listed {
      public Machines {
        machines = List.copyOf(machines);
      }
    }

    record Failed(Failure failure) implements Listed {}
  }

  sealed interface Created {
    record Made(Machine machine) implements Created {}

    /** Reason AlreadyExists when the name is taken under another token. */
    record Failed(Failure failure) implements Created {}
  }

  sealed interface Deleted {
    record Gone() implements Deleted {}

    record Failed(Failure failure) implements Deleted {}
  }
}
