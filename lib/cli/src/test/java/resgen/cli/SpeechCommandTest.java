package resgen.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import resgen.settings.DataHome;

class SpeechCommandTest {

  @TempDir Path dir;

  @Test
  void aSizeThatThereIsNotIsNamed() {
    Cli cli = Cli.run("speech", "make", "huge");
    assertEquals(Main.USAGE, cli.exitCode());
    assertTrue(cli.err().contains("no size 'huge'; there are tiny, small, medium"), cli.err());
  }

  @Test
  void dataThatThereAreNotAreNamed() {
    Cli cli = Cli.run("speech", "train-codec", "--data", "nothing");
    assertEquals(Main.USAGE, cli.exitCode());
    assertTrue(cli.err().contains("commands-small"), cli.err());
  }

  @Test
  void aCorpusThatWasNotMadeSaysHow() {
    Cli cli = Cli.run("speech", "floors", "--size", "tiny", "--corpus", dir.toString());
    assertEquals(Main.FAILED, cli.exitCode());
    assertTrue(cli.err().contains("resgen speech make tiny"), cli.err());
  }

  /** The twelve shipped utterances through a tiny codec: files are there and are read again. */
  @Test
  void aTinyCodecIsTrainedOnAFolder() {
    Path file = dir.resolve("codec.safetensors");
    Cli cli =
        Cli.run(
            "speech",
            "train-codec",
            "--data",
            DataHome.path("speech", "commands").toString(),
            "--preset",
            "tiny",
            "--steps",
            "4",
            "--batch",
            "4",
            "--threads",
            "1",
            "--run",
            dir.resolve("run").toString(),
            "-o",
            file.toString());
    assertEquals(Main.OK, cli.exitCode(), cli.err());
    assertTrue(cli.out().contains("4 of 4 steps, 10.0 positions/s"), cli.out());
    assertTrue(Files.exists(file));
  }
}
