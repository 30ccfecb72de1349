package resgen.spark;

import static java.util.Comparator.comparingLong;
import static java.util.stream.Collectors.groupingBy;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import resgen.lab.cluster.SampleBlock;
import resgen.lab.cluster.SampleJob;
import resgen.lab.cluster.SampleSums;

/** Executors with a GPU each that is only said to be there. */
class GpuProfileTest {

  @Test
  void withoutGpusTasksAskForNone() {
    assertTrue(Devices.profile(new SparkConf(false)).isEmpty());
  }

  /** A task that has a GPU for a while; times are of the machine's clock, in milliseconds. */
  private record Held(String address, long process, long from, long to) implements Serializable {
    private static final long serialVersionUID = 1L;

    static Held now() throws InterruptedException {
      long from = System.currentTimeMillis();
      Thread.sleep(300);
      return new Held(
          Devices.assigned().orElse("none"),
          ProcessHandle.current().pid(),
          from,
          System.currentTimeMillis());
    }
  }

  /** Two executors of two cores and a GPU: it is the GPU that there is one task for. */
  @Test
  void everyTaskHasAGpuOfItsOwn(@TempDir Path folder) throws Exception {
    Path script = folder.resolve("gpus.sh");
    Files.writeString(
        script,
        """
        #!/bin/sh
        if mkdir "$0.first" 2>/dev/null; then n=3; else n=5; fi
        echo '{"name": "gpu", "addresses": ["'$n'"]}'
        """);
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    Map<String, String> settings =
        Map.of(
            "spark.worker.resource.gpu.amount",
            "1",
            "spark.worker.resource.gpu.discoveryScript",
            script.toString(),
            SparkSettings.GPUS,
            "1",
            "spark.executor.cores",
            "2");
    try (SparkCluster cluster = Local.cluster("local-cluster[2,2,1024]", folder, settings)) {
      Local.await(cluster, 2);
      List<Held> held = cluster.map(List.of(1, 2, 3, 4, 5, 6), any -> Held.now());
      Map<String, List<Held>> byAddress = held.stream().collect(groupingBy(Held::address));
      assertEquals(Set.of("3", "5"), byAddress.keySet());
      for (List<Held> tasks : byAddress.values()) {
        assertEquals(1, tasks.stream().map(Held::process).distinct().count());
        List<Held> sorted = tasks.stream().sorted(comparingLong(Held::from)).toList();
        for (int i = 1; i < sorted.size(); i++) {
          assertTrue(sorted.get(i - 1).to() <= sorted.get(i).from(), "two at a time: " + sorted);
        }
      }

      // a machine whose GPU libtorch does not see says so, and does not fall back in silence
      IllegalStateException refused =
          assertThrows(IllegalStateException.class, () -> cluster.samples(Local.job(), done -> {}));
      assertTrue(refused.getMessage().matches("(?s).*gpu:[35].*"), refused.getMessage());
    }
  }

  @Test
  void theKindOfDeviceIsInTheFingerprint() {
    assertEquals(fingerprint("gpu:3"), fingerprint("gpu:5"));
    assertNotEquals(fingerprint("gpu:3"), fingerprint("cpu, 1 thread"));
  }

  private static String fingerprint(String machine) {
    SampleJob job = Local.job();
    SampleBlock.Maker made =
        new SampleBlock.Maker("network", "hash", "nothing", "1×1×1", machine, 3);
    SampleBlock block =
        new SampleBlock(0, 1, new float[] {1, 2, 3}, 0, new float[0], 0, 0, 1, made);
    return SampleSums.of(job, block, 3).fingerprint(job);
  }
}
