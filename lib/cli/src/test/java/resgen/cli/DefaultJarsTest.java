package resgen.cli;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the program brings along: nothing of Spark, which has a module of its own. */
class DefaultJarsTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "org.apache.spark.SparkConf",
        "org.apache.hadoop.conf.Configuration",
        "scala.Option",
        "resgen.spark.SparkCluster"
      })
  void isNotAmongThem(String name) {
    assertThrows(ClassNotFoundException.class, () -> Class.forName(name));
  }

  @Test
  void theLabIs() {
    assertDoesNotThrow(() -> Class.forName("resgen.lab.cluster.Cluster"));
  }
}
