package resgen.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import resgen.audio.Clip;
import resgen.audio.codec.SpeechCodec;
import resgen.audio.generate.Tts;
import resgen.settings.DataHome;
import resgen.torch.WeightFile;

class SpeechCommandTest {

  @TempDir Path dir;

  @Test
  void aSizeThatThereIsNotIsNamed() {
    Cli cli = Cli.run("speech", "make", "huge");
    assertEquals(Main.USAGE, cli.exitCode());
    assertTrue(
        cli.err().contains("no size 'huge'; there are tiny, mini, small, medium"), cli.err());
  }

  @Test
  void dataThatThereAreNotAreNamed() {
    Cli cli = Cli.run("speech", "train-codec", "--data", "nothing");
    assertEquals(Main.USAGE, cli.exitCode());
    assertTrue(cli.err().contains("commands-small"), cli.err());
  }

  @Test
  void aModelThatIsNoneIsRefused() {
    Cli cli = Cli.run("speech", "train", "--codec", "any", "--model", "tacotron");
    assertEquals(Main.USAGE, cli.exitCode());
    assertTrue(cli.err().contains("no model 'tacotron'; there are resgen, direct"), cli.err());
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

  /** The waveform codec by its option: a file that the library knows again. */
  @Test
  void aTinyWaveCodecIsTrainedOnAFolder() {
    Path file = dir.resolve("wave.safetensors");
    Cli cli =
        Cli.run(
            "speech",
            "train-codec",
            "--wave",
            "--data",
            DataHome.path("speech", "commands").toString(),
            "--preset",
            "tiny",
            "--steps",
            "3",
            "--batch",
            "4",
            "--threads",
            "1",
            "--run",
            dir.resolve("wave").toString(),
            "-o",
            file.toString());
    assertEquals(Main.OK, cli.exitCode(), cli.err());
    assertTrue(cli.out().contains("3 of 3 steps, 10.0 positions/s"), cli.out());
    try (SpeechCodec read = SpeechCodec.load(file.toString())) {
      assertTrue(read.summary().toString().contains("Waveform RVQ-VAE"), read.summary() + "");
    }
  }

  /** The linear codec, an aligner and a model of the twelve shipped utterances: a text is said. */
  @Test
  void aModelThatIsTrainedSpeaks() {
    String data = DataHome.path("speech", "commands").toString();
    Path codec = dir.resolve("linear.safetensors");
    Cli fitted =
        Cli.run(
            "speech",
            "train-codec",
            "--linear",
            "--preset",
            "tiny",
            "--set",
            "positions=48",
            "--data",
            data,
            "--threads",
            "1",
            "-o",
            codec.toString());
    assertEquals(Main.OK, fitted.exitCode(), fitted.err());
    Path model = dir.resolve("model.safetensors");
    Cli trained =
        Cli.run(
            "speech",
            "train",
            "--data",
            data,
            "--codec",
            codec.toString(),
            "--word-ends",
            "told",
            "--preset",
            "tiny",
            "--steps",
            "3",
            "--batch",
            "4",
            "--threads",
            "1",
            "--run",
            dir.resolve("tts").toString(),
            "-o",
            model.toString());
    assertEquals(Main.OK, trained.exitCode(), trained.err());
    assertTrue(trained.out().contains("3 of 3 steps"), trained.out());
    Path wav = dir.resolve("said.wav");
    Cli said =
        Cli.run(
            "speech",
            "say",
            model.toString(),
            "bring the green lamp near tango seven now",
            "--steps",
            "4",
            "--threads",
            "1",
            "-o",
            wav.toString());
    assertEquals(Main.OK, said.exitCode(), said.err());
    Clip clip = Clip.read(wav);
    assertEquals(16_000, clip.rate());
    assertTrue(clip.seconds() > 1.5 && clip.seconds() < 5, clip.toString());
    aVocoderTakesItsPlace(data, model, clip);
    Path small = dir.resolve("small/model.safetensors");
    Cli converted = Cli.run("convert", model.toString(), "-o", small.toString());
    assertEquals(Main.OK, converted.exitCode(), converted.err());
    assertEquals(3, WeightFile.list(small.getParent()).size(), "model, aligner and codec");
    try (Tts tts = Tts.load(small.toString())) {
      assertEquals(16, tts.usual().pace().steps());
    }
    Cli unknown =
        Cli.run("speech", "say", model.toString(), "bring it", "--speaker", "eva", "-o", "" + wav);
    assertEquals(Main.FAILED, unknown.exitCode());
    assertTrue(unknown.err().contains("no speaker 'eva'"), unknown.err());
  }

  /** Another sound of the same length; one for other spectrograms is refused before any work. */
  private void aVocoderTakesItsPlace(String data, Path model, Clip before) {
    Path right = dir.resolve("vocoder.safetensors");
    Path wrong = dir.resolve("other-vocoder.safetensors");
    for (Path file : List.of(right, wrong)) {
      Cli cli =
          Cli.run(
              "speech",
              "train-vocoder",
              "--data",
              data,
              "--preset",
              "tiny",
              "--set",
              "mel.mels=" + (file == right ? 20 : 21),
              "--steps",
              "2",
              "--batch",
              "2",
              "--threads",
              "1",
              "--run",
              file + "-run",
              "-o",
              file.toString());
      assertEquals(Main.OK, cli.exitCode(), cli.err());
      assertTrue(cli.out().contains("2 of 2 steps"), cli.out());
    }
    Path wav = dir.resolve("other.wav");
    Cli said = say(model, right, wav);
    assertEquals(Main.OK, said.exitCode(), said.err());
    assertEquals(before.length(), Clip.read(wav).length());
    assertNotEquals(before, Clip.read(wav));
    Path none = dir.resolve("none.wav");
    Cli refused = say(model, wrong, none);
    assertEquals(Main.USAGE, refused.exitCode());
    assertTrue(refused.err().contains("the vocoder"), refused.err());
    assertFalse(Files.exists(none));
    Cli both = Cli.run("speech", "floors", "--codec", "a", "--vocoder", "b");
    assertEquals(Main.USAGE, both.exitCode());
    assertTrue(both.err().contains("--codec and --vocoder"), both.err());
  }

  private static Cli say(Path model, Path vocoder, Path wav) {
    return Cli.run(
        "speech",
        "say",
        model.toString(),
        "bring the green lamp near tango seven now",
        "--steps",
        "4",
        "--threads",
        "1",
        "--vocoder",
        vocoder.toString(),
        "-o",
        wav.toString());
  }

  @Test
  void optionsThatDoNotGoTogetherAreNamed() {
    Cli say = Cli.run("speech", "say", "m", "a text", "--transcript", "t");
    assertEquals(Main.USAGE, say.exitCode());
    assertTrue(say.err().contains("--transcript goes with --prompt"), say.err());
    Cli train = Cli.run("speech", "train", "--codec", "c", "--joined", "-5");
    assertEquals(Main.USAGE, train.exitCode());
    assertTrue(train.err().contains("--joined -5"), train.err());
    Cli two = Cli.run("speech", "train-codec", "--linear", "--wave");
    assertEquals(Main.USAGE, two.exitCode());
    assertTrue(two.err().contains("--linear and --wave are two codecs"), two.err());
    Cli codec = Cli.run("speech", "train-codec", "--storage", "8bit");
    assertEquals(Main.USAGE, codec.exitCode());
    assertTrue(codec.err().contains("--storage 8bit goes with --linear"), codec.err());
  }
}
