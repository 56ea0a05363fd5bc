package dev.ballast.stategrid.documents;

import dev.ballast.core.resource.ResourceType;
import java.util.Arrays;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * The form in which documents lie in the grid of this process: as they are while there is room,
 * later deflated against a document of the same type, whose field names and habits most share.
 * Thread-safe.
 *
 * <p>A packed document begins with a byte that says how: plain, or which dictionary. Dictionaries
 * live as long as the process, like the grid.
 */
final class Packing {

  private static final byte PLAIN = 0;
  private static final byte DEFLATED = 1;
  private static final int SMALLEST = 256;
  private static final int DICTIONARY = 8 << 10;

  /** Many types, each with one; what comes after these goes without. */
  private static final int DICTIONARIES = 200;

  private static final class Dictionary {
    private final byte number;
    private byte[] bytes = {};

    Dictionary(int number) {
      this.number = (byte) number;
    }

    /** The first documents, until there is enough. Then it never changes. */
    synchronized byte[] ready(byte[] document) {
      if (bytes.length < DICTIONARY / 2) {
        byte[] some = Arrays.copyOf(document, Math.min(document.length, DICTIONARY - bytes.length));
        byte[] joined = Arrays.copyOf(bytes, bytes.length + some.length);
        System.arraycopy(some, 0, joined, bytes.length, some.length);
        bytes = joined;
        return null;
      }
      return bytes;
    }

    synchronized byte[] bytes() {
      return bytes;
    }
  }

  private volatile boolean crowded;
  private final Map<ResourceType, Dictionary> byType = new ConcurrentHashMap<>();
  private final Map<Byte, Dictionary> byNumber = new ConcurrentHashMap<>();
  private final Queue<Deflater> deflaters = new ConcurrentLinkedQueue<>();
  private final Queue<Inflater> inflaters = new ConcurrentLinkedQueue<>();

  /** Whether there is no more room for documents as they are. */
  void crowded(boolean now) {
    crowded = now;
  }

  byte[] pack(ResourceType type, byte[] json) {
    if (json.length < SMALLEST || !crowded) {
      return plain(json);
    }
    Dictionary dictionary = byType.computeIfAbsent(type, this::begin);
    byte[] known = dictionary.ready(json);
    return known == null ? plain(json) : deflated(json, dictionary.number, known);
  }

  private Dictionary begin(ResourceType type) {
    Dictionary made = new Dictionary(Math.min(byNumber.size(), DICTIONARIES));
    byNumber.putIfAbsent(made.number, made);
    return byNumber.get(made.number);
  }

  private static byte[] plain(byte[] json) {
    byte[] packed = new byte[json.length + 1];
    packed[0] = PLAIN;
    System.arraycopy(json, 0, packed, 1, json.length);
    return packed;
  }

  private byte[] deflated(byte[] json, byte number, byte[] dictionary) {
    Deflater deflater = deflaters.poll();
    if (deflater == null) {
      deflater = new Deflater(Deflater.BEST_SPEED, true);
    }
    deflater.reset();
    deflater.setDictionary(dictionary);
    deflater.setInput(json);
    deflater.finish();
    byte[] buffer = new byte[json.length + 6];
    int length = deflater.deflate(buffer, 6, json.length);
    boolean whole = deflater.finished();
    deflaters.add(deflater);
    if (!whole) {
      return plain(json);
    }
    buffer[0] = DEFLATED;
    buffer[1] = number;
    for (int i = 0; i < 4; i++) {
      buffer[2 + i] = (byte) (json.length >>> 8 * i);
    }
    return Arrays.copyOf(buffer, 6 + length);
  }

  byte[] unpack(byte[] packed) {
    if (packed[0] == PLAIN) {
      return Arrays.copyOfRange(packed, 1, packed.length);
    }
    int length = 0;
    for (int i = 0; i < 4; i++) {
      length |= (packed[2 + i] & 0xff) << 8 * i;
    }
    Inflater inflater = inflaters.poll();
    if (inflater == null) {
      inflater = new Inflater(true);
    }
    inflater.reset();
    inflater.setDictionary(byNumber.get(packed[1]).bytes());
    inflater.setInput(packed, 6, packed.length - 6);
    byte[] json = new byte[length];
    try {
      if (inflater.inflate(json) != length) {
        throw new IllegalStateException("a document in the grid is cut off");
      }
    } catch (DataFormatException e) {
      throw new IllegalStateException("a document in the grid is damaged", e);
    } finally {
      inflaters.add(inflater);
    }
    return json;
  }
}
