package resgen.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import resgen.settings.DataHome;

class DoctorTest {

  private String before;

  @BeforeEach
  void remember() {
    before = System.getProperty(DataHome.PROPERTY);
  }

  @AfterEach
  void restore() {
    if (before == null) {
      System.clearProperty(DataHome.PROPERTY);
    } else {
      System.setProperty(DataHome.PROPERTY, before);
    }
  }

  @Test
  void showsWhatIsThere() {
    Cli doctor = Cli.run("doctor");

    assertEquals(Main.OK, doctor.exitCode(), doctor.out());
    for (String line :
        new String[] {"Java", "libtorch", "Device", "Precision", "Convolutions", "Fashion-MNIST"}) {
      assertTrue(doctor.out().contains("\n" + line + " "), doctor.out());
    }
  }

  @Test
  void failsWhereDataIsMissing(@TempDir Path empty) {
    System.setProperty(DataHome.PROPERTY, empty.toString());

    Cli doctor = Cli.run("doctor");

    assertEquals(Main.FAILED, doctor.exitCode());
    assertTrue(
        doctor.out().lines().anyMatch(l -> l.startsWith("Fashion-MNIST") && l.contains("MISSING")),
        doctor.out());
  }
}
