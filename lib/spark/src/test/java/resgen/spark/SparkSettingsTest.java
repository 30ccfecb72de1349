package resgen.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SparkSettingsTest {

  private static SparkConf conf(String master, String... more) {
    Map<String, String> settings = new java.util.HashMap<>();
    for (int i = 0; i < more.length; i += 2) {
      settings.put(more[i], more[i + 1]);
    }
    return new SparkSettings(master, settings).conf();
  }

  @Test
  void thisMachineAloneIsOnLoopback() {
    for (String master : List.of("local[2]", "local-cluster[2,1,1024]", "spark://127.0.0.1:7077")) {
      SparkConf conf = conf(master);
      assertEquals("127.0.0.1", conf.get("spark.driver.host"), master);
      assertEquals("127.0.0.1", conf.get("spark.driver.bindAddress"), master);
      assertEquals("false", conf.get("spark.ui.enabled"), master);
    }
  }

  @Test
  void otherMachinesAreTalkedToWithASecretAlone() {
    String far = "spark://far.example:7077";
    String missing = assertThrows(IllegalArgumentException.class, () -> conf(far)).getMessage();
    assertTrue(missing.contains("_SPARK_AUTH_SECRET"), missing);
    assertThrows(IllegalArgumentException.class, () -> conf(far, "spark.authenticate", "false"));

    SparkConf conf = conf(far, "spark.authenticate.secret", "x");
    assertEquals("true", conf.get("spark.authenticate"));
    assertEquals("true", conf.get("spark.network.crypto.enabled"));
    assertFalse(conf.contains("spark.driver.bindAddress"));
    String named = new SparkSettings(far, Map.of("spark.authenticate.secret", "my-own")).toString();
    assertTrue(named.contains("spark.authenticate.secret") && !named.contains("my-own"), named);
    assertEquals("true", conf("k8s://https://far.example").get("spark.authenticate"));
  }

  @Test
  void aSecretIsUsedOnLoopbackToo() {
    assertFalse(conf("spark://127.0.0.1:7077").contains("spark.authenticate"));
    SparkConf given = conf("spark://127.0.0.1:7077", "spark.authenticate.secret", "x");
    assertEquals("true", given.get("spark.authenticate"));
    assertEquals("true", given.get("spark.network.crypto.enabled"));

    String one = conf("local-cluster[2,1,1024]").get("spark.authenticate.secret");
    String other = conf("local-cluster[2,1,1024]").get("spark.authenticate.secret");
    assertEquals(64, one.length());
    assertNotEquals(one, other);
  }

  @Test
  void aFileWithTheSecretIsTheOwnersAlone(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("spark-defaults.conf");
    Files.writeString(file, "spark.authenticate.secret my-own\nspark.task.cpus 2\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    String message =
        assertThrows(IllegalArgumentException.class, () -> SparkSettings.read(file)).getMessage();
    assertTrue(message.contains("chmod 600") && !message.contains("my-own"), message);

    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    assertEquals("my-own", SparkSettings.read(file).get("spark.authenticate.secret"));
  }

  @Test
  void theDriverListensWhereItReachesTheMasterFrom() {
    // every address of 127/8 is this machine's, and reached from itself
    SparkConf conf = conf("spark://127.0.0.2:7077", "spark.authenticate.secret", "x");
    assertTrue(conf.get("spark.driver.host").startsWith("127.0.0."), conf.get("spark.driver.host"));
    assertFalse(
        conf("spark://no.such.host.invalid:7077", "spark.authenticate.secret", "x")
            .contains("spark.driver.host"));
  }

  @Test
  void anExecutorGetsNoJarThatSparkHasInItsOwnVersion() {
    List<String> path =
        List.of(conf("local[1]").get("spark.executor.extraClassPath").split(File.pathSeparator));

    assertTrue(path.stream().anyMatch(p -> p.matches(".*/lib/lab/target/classes|.*resgen-lab.*")));
    assertTrue(path.stream().anyMatch(p -> p.matches(".*/pytorch-engine-[\\d.]+jar")));
    for (String own : List.of("jackson-", "slf4j-", "spark-", "scala-", "gson-", "log4j-")) {
      assertEquals(
          List.of(), path.stream().filter(p -> new File(p).getName().startsWith(own)).toList());
    }
  }

  @Test
  void aWrongAddressOrSettingIsNamed() {
    String master =
        assertThrows(IllegalArgumentException.class, () -> conf("spark:/x")).getMessage();
    assertTrue(master.contains("'spark:/x'") && master.contains("local-cluster["), master);
    String setting =
        assertThrows(IllegalArgumentException.class, () -> conf("local", "executor.cores", "1"))
            .getMessage();
    assertTrue(setting.contains("'executor.cores'"), setting);
  }

  @Test
  void whatIsGivenIsAddedToWhatIsNeeded() {
    SparkConf conf =
        conf("local", "spark.executor.extraJavaOptions", "-Xss4m", "spark.task.cpus", "3");

    assertTrue(conf.get("spark.executor.extraJavaOptions").startsWith("-Xss4m -D"));
    assertEquals("3", conf.get("spark.executor.cores"));
  }
}
