package resgen.lab.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterModuleTest {

  @Test
  void withoutTheModuleOneLineSaysWhatToDo(@TempDir Path folder) {
    String before = System.setProperty(ClusterModule.MODULE, folder.resolve("none.jar").toString());
    try {
      String message =
          assertThrows(ClusterMissingException.class, () -> Cluster.connect("local[1]", Map.of()))
              .getMessage();
      assertEquals(1, message.lines().count());
      assertTrue(message.contains("environment/setup --spark"), message);
    } finally {
      if (before == null) {
        System.clearProperty(ClusterModule.MODULE);
      } else {
        System.setProperty(ClusterModule.MODULE, before);
      }
    }
  }
}
