package dev.ballast.bench.store;

import java.io.IOException;

/** A store that is measured: ours through one of its doors, or a peer. */
interface Subject extends AutoCloseable {

  /** One client, used by one thread, which writes objects of its own. */
  interface Client extends AutoCloseable {

    /** Returns when the write is durable; throws when it is refused. */
    void write(String name, byte[] filling) throws Exception;

    @Override
    default void close() throws IOException {}
  }

  /** As the table names it. */
  String name();

  int members();

  Client client(int number) throws Exception;

  @Override
  void close() throws IOException;
}
