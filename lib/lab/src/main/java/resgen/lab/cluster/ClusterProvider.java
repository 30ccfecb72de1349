package resgen.lab.cluster;

import java.util.Map;

/**
 * Brings a kind of cluster; found by {@link java.util.ServiceLoader}, see {@link Cluster#connect}.
 */
public interface ClusterProvider {

  /** What it is called, as {@code spark}. */
  String name();

  /** As {@link Cluster#connect}. */
  Cluster connect(String master, Map<String, String> settings);
}
