package dev.ballast.stategrid.faults;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;

/**
 * Clients of a member that is stopped: their linearisable reads lie at its door when it goes on, so
 * that it answers them before it has heard from anybody else. What they are told goes into the
 * history. One thread.
 */
final class Questions implements AutoCloseable {

  static final List<String> KEYS = Load.keys().subList(0, 8);

  private final Machine machine;
  private final Load load;
  private final List<Machine.Link> links = new ArrayList<>();
  private long began;

  /** Reads every key once, as a leader that is used to answer would. */
  Questions(Machine machine, Load load) throws IOException {
    this.machine = machine;
    this.load = load;
    try {
      for (String key : KEYS) {
        Machine.Link link = machine.link();
        links.add(link);
        load.read(link, machine, key, new HashMap<>());
      }
    } catch (IOException e) {
      close();
      throw e;
    }
  }

  void send() throws IOException {
    began = System.nanoTime();
    for (int i = 0; i < KEYS.size(); i++) {
      Load.sendRead(links.get(i), KEYS.get(i));
    }
  }

  void receive() throws IOException {
    for (int i = 0; i < KEYS.size(); i++) {
      load.receiveRead(links.get(i), machine, KEYS.get(i), began, new HashMap<>());
    }
  }

  @Override
  public void close() {
    links.forEach(Machine.Link::close);
  }
}
