package resgen.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class LabTest {

  @Test
  void listensOnLoopbackOnlyAndKeepsTheToken() {
    List<String> command = Lab.command(8890, true, false);

    assertTrue(command.contains("--ip=127.0.0.1"), command.toString());
    assertTrue(command.contains("--port=8890"), command.toString());
    assertTrue(command.contains("--no-browser"), command.toString());
    assertFalse(command.contains("--allow-root"), command.toString());
    assertFalse(command.toString().contains("token"), command.toString());
  }

  @Test
  void rootIsAllowedOnlyForRoot() {
    assertTrue(Lab.command(1, false, true).contains("--allow-root"));
  }

  @Test
  void aPortOutOfRangeIsRefused() {
    for (String port : List.of("0", "65536", "-1", "http")) {
      Cli run = Cli.run("lab", "--port=" + port);

      assertEquals(Main.USAGE, run.exitCode(), port);
      assertTrue(run.err().contains("--port"), run.err());
    }
  }

  @Test
  void aMissingFolderIsRefused() {
    Cli run = Cli.run("lab", "--directory", "no/such/folder");

    assertEquals(Main.USAGE, run.exitCode());
    assertTrue(run.err().contains("no/such/folder"), run.err());
  }
}
