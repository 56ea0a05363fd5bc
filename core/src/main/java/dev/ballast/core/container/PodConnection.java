package dev.ballast.core.container;

import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.Optional;

/** A byte stream to a port of a pod. */
public interface PodConnection extends AutoCloseable {

  InputStream input();

  OutputStream output();

  /** The socket beneath, to put TLS on; a simulated connection has none. */
  Optional<Socket> socket();

  @Override
  void close();
}
