package resgen.spark;

import java.util.Map;
import resgen.lab.cluster.Cluster;
import resgen.lab.cluster.ClusterProvider;

/** Brings {@link SparkCluster} to {@link Cluster#connect}. */
public final class SparkProvider implements ClusterProvider {

  /** For the service loader. */
  public SparkProvider() {}

  @Override
  public String name() {
    return "spark";
  }

  @Override
  public Cluster connect(String master, Map<String, String> settings) {
    return SparkCluster.connect(master, settings);
  }
}
