package dev.ballast.executor.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ballast.core.model.Absent;
import dev.ballast.executor.manifest.ContainerManifest.FieldRef;
import dev.ballast.executor.manifest.ContainerManifest.ResourceFieldRef;
import java.util.List;

/** A volume of a pod's spec: one of the sources is set. */
public record VolumeManifest(
    String name,
    EmptyDir emptyDir,
    HostPath hostPath,
    ConfigMapSource configMap,
    SecretSource secret,
    DownwardSource downwardAPI,
    Projected projected,
    JsonNode persistentVolumeClaim) {

  /**
   * @param medium Memory keeps it in memory
   * @param sizeLimit a quantity of bytes, "" for none: a pod that holds more is evicted
   */
  public record EmptyDir(String medium, String sizeLimit) {
    public EmptyDir {
      medium = Absent.text(medium);
      sizeLimit = Absent.text(sizeLimit);
    }
  }

  public record HostPath(String path, String type) {
    public HostPath {
      type = Absent.text(type);
    }
  }

  public record ConfigMapSource(
      String name, List<Item> items, Integer defaultMode, boolean optional) {
    public ConfigMapSource {
      name = Absent.text(name);
      items = Absent.list(items);
    }
  }

  public record SecretSource(
      String secretName, String name, List<Item> items, Integer defaultMode, boolean optional) {
    public SecretSource {
      secretName = secretName == null ? Absent.text(name) : secretName;
      name = secretName;
      items = Absent.list(items);
    }
  }

  public record Item(String key, String path, Integer mode) {}

  public record DownwardSource(List<DownwardItem> items, Integer defaultMode) {
    public DownwardSource {
      items = Absent.list(items);
    }
  }

  public record DownwardItem(
      String path, FieldRef fieldRef, ResourceFieldRef resourceFieldRef, Integer mode) {}

  public record Projected(List<Source> sources, Integer defaultMode) {
    public Projected {
      sources = Absent.list(sources);
    }
  }

  public record Source(
      ConfigMapSource configMap,
      SecretSource secret,
      DownwardSource downwardAPI,
      TokenSource serviceAccountToken) {}

  public record TokenSource(String audience, long expirationSeconds, String path) {
    public TokenSource {
      audience = Absent.text(audience);
      expirationSeconds = expirationSeconds <= 0 ? 3600 : expirationSeconds;
    }
  }
}
