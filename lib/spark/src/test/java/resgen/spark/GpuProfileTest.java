package resgen.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Executors with a GPU each that is only said to be there. */
class GpuProfileTest {

  @Test
  void withoutGpusTasksAskForNone() {
    assertTrue(Devices.profile(new SparkConf(false)).isEmpty());
  }

  @Test
  void everyTaskHasAGpuOfItsOwn(@TempDir Path folder) throws Exception {
    Path script = folder.resolve("gpus.sh");
    Files.writeString(script, "#!/bin/sh\necho '{\"name\": \"gpu\", \"addresses\": [\"5\"]}'\n");
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    Map<String, String> settings =
        Map.of(
            "spark.worker.resource.gpu.amount",
            "1",
            "spark.worker.resource.gpu.discoveryScript",
            script.toString(),
            SparkSettings.GPUS,
            "1",
            "spark.task.resource.gpu.amount",
            "1");
    try (SparkCluster cluster = Local.cluster(folder, settings)) {
      List<String> assigned =
          cluster.map(List.of(1, 2, 3, 4), any -> Devices.assigned().orElse("none"));
      assertEquals(new TreeSet<>(List.of("5")), new TreeSet<>(assigned));

      // a machine whose GPU libtorch does not see says so, and does not fall back in silence
      IllegalStateException refused =
          assertThrows(IllegalStateException.class, () -> cluster.samples(Local.job(), done -> {}));
      assertTrue(refused.getMessage().contains("gpu:5"), refused.getMessage());
    }
  }
}
