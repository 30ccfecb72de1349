package resgen.cli;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import resgen.lab.cluster.Cluster;

/** Whether the work is done by a cluster: the options of commands that can be divided. */
final class SparkOptions {

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--spark",
      paramLabel = "MASTER",
      description =
          "Let Spark's executors do the work: spark://HOST:PORT, k8s://ADDRESS, yarn, or processes"
              + " of this machine, as local-cluster[2,1,2048] (two of one core and 2048 MB)."
              + " `environment/setup --spark` brings what it needs.")
  private String master;

  @Option(
      names = "--spark-set",
      paramLabel = "NAME=VALUE",
      description =
          "One of Spark's settings, as spark.executor.memory=4g, over spark-defaults.conf's.")
  private Map<String, String> settings = new LinkedHashMap<>();

  SparkOptions() {}

  /** Whether a cluster is asked for. */
  boolean asked() {
    if (master == null && !settings.isEmpty()) {
      throw new ParameterException(spec.commandLine(), "--spark-set goes with --spark alone");
    }
    for (String name : settings.keySet()) {
      if (name.toLowerCase(Locale.ROOT).matches(".*(secret|password).*")) {
        throw new ParameterException(
            spec.commandLine(),
            "--spark-set %s: other users of the machine see a command's words; set the environment"
                    .formatted(name)
                + " variable _SPARK_AUTH_SECRET, or write it into spark-defaults.conf");
      }
    }
    return master != null;
  }

  /** Connects, if that is asked for; the caller closes it. */
  Optional<Cluster> connect() {
    return asked()
        ? Optional.of(Usage.check(spec, "--spark", () -> Cluster.connect(master, settings)))
        : Optional.empty();
  }
}
