package dev.ballast.api.server;

import java.util.Arrays;

/** Counts what is written as held for the client until the link has taken it. */
record HeldOutput(Exchange.Output output, ByteBudget.Share share) implements Exchange.Output {

  /** Encryption never holds a second copy of more. */
  private static final int SLICE_BYTES = 512 * 1024;

  @Override
  public boolean write(byte[]... parts) {
    long all = 0;
    for (byte[] part : parts) {
      all += part.length;
    }
    boolean on = share.hold(all);
    for (int from = 0; on && from < parts.length; ) {
      int to = from;
      long slice = 0;
      while (to < parts.length && slice < SLICE_BYTES) {
        slice += parts[to++].length;
      }
      on = output.write(Arrays.copyOfRange(parts, from, to));
      share.release(slice);
      from = to;
    }
    return on;
  }

  @Override
  public void onEnd(Runnable task) {
    output.onEnd(task);
  }

  @Override
  public void close() {
    share.close();
    output.close();
  }
}
