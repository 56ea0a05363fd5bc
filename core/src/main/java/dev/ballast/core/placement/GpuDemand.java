package dev.ballast.core.placement;

/**
 * The GPU devices that a pod needs: {@code nvidia.com/gpu} asks for whole ones, {@code
 * koordinator.sh/gpu-core} for so many hundredths: up to 100 of one device, beyond that whole ones
 * again (Koordinator documentation: "Device Scheduling - GPU Share").
 *
 * @param devices how many different devices
 * @param percent of each of them
 */
public record GpuDemand(int devices, int percent) {

  public static final String WHOLE = "nvidia.com/gpu";
  public static final String SHARE = "koordinator.sh/gpu-core";
  public static final GpuDemand NONE = new GpuDemand(0, 0);

  /** All of one device. */
  public static final int FULL = 100;

  /**
   * @param amounts what the pod asks for
   */
  static GpuDemand of(long[] amounts, ResourceNames names) {
    long share = amount(amounts, names.find(SHARE));
    long whole = amount(amounts, names.find(WHOLE));
    if (share > 0 && share <= FULL) {
      return new GpuDemand(1, (int) share);
    }
    long devices = Math.max(whole, Math.ceilDiv(share, FULL));
    return devices == 0 ? NONE : new GpuDemand(Math.clamp(devices, 1, 1 << 20), FULL);
  }

  private static long amount(long[] amounts, int index) {
    return index < 0 ? 0 : Amounts.at(amounts, index);
  }

  public boolean isNone() {
    return devices == 0;
  }
}
