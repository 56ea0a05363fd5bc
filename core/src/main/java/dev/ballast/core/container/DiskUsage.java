package dev.ballast.core.container;

/**
 * What one container takes up on its machine's disk, in bytes.
 *
 * @param writable what it has written over its image
 * @param logs its log, files that were rotated included
 */
public record DiskUsage(long writable, long logs) {

  public static final DiskUsage NONE = new DiskUsage(0, 0);

  public long total() {
    return writable + logs;
  }
}
