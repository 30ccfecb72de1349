package resgen.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import resgen.Generator;
import resgen.model.Family;

/** From images to a picture of samples, by the command line alone. */
class ModelCommandsTest {

  @TempDir static Path folder;
  private static Path tokenizer;
  private static Path model;

  @BeforeAll
  static void trainBoth() {
    System.setProperty("resgen.cache", folder.resolve("cache").toString());
    Cli first =
        Cli.run(
            "train-tokenizer",
            "--preset=tiny",
            "--limit=200",
            "--steps=4",
            "--batch=8",
            "--threads=1",
            "--run=" + folder.resolve("tokenizer"));
    assertEquals(Main.OK, first.exitCode(), first.err());
    tokenizer = folder.resolve("tokenizer/tokenizer.safetensors");
    Cli second = train();
    assertEquals(Main.OK, second.exitCode(), second.err());
    assertTrue(second.out().contains("4 of 4 steps"), second.out());
    model = folder.resolve("model/model.safetensors");
  }

  private static Cli train(String... more) {
    List<String> words =
        new ArrayList<>(
            List.of(
                "train",
                "--tokenizer=" + tokenizer,
                "--preset=tiny",
                "--limit=200",
                "--steps=4",
                "--threads=1",
                "--run=" + folder.resolve("model")));
    words.addAll(List.of(more));
    return Cli.run(words.toArray(String[]::new));
  }

  private static Cli sample(String... more) {
    List<String> words =
        new ArrayList<>(List.of("sample", model.toString(), "--steps=3", "--threads=1"));
    words.addAll(List.of(more));
    return Cli.run(words.toArray(String[]::new));
  }

  @Test
  void theModelIsLoadedWithItsTokenizerBesideIt() {
    assertTrue(Files.exists(folder.resolve("model/tokenizer.safetensors")));
    try (Generator loaded = Generator.load(model.toString())) {
      assertEquals(4, loaded.origin().steps());
    }
  }

  @ParameterizedTest
  @MethodSource("resgen.model.Family#members")
  void everyModelIsTrainedSampledAndMeasured(Family.Member kind, @TempDir Path here) {
    Cli run =
        Cli.run(
            "train",
            "--model=" + kind.label(),
            "--tokenizer=" + tokenizer,
            "--preset=tiny",
            "--limit=200",
            "--steps=2",
            "--batch=4",
            "--threads=1",
            "--run=" + here.resolve("run"));
    assertEquals(Main.OK, run.exitCode(), run.err());
    String file = here.resolve("run/model.safetensors").toString();
    Cli drawn = Cli.run("sample", file, "--per-class=1", "--output=" + here.resolve("p.png"));
    assertEquals(Main.OK, drawn.exitCode(), drawn.err());
    assertTrue(drawn.err().contains(kind.title()), drawn.err());
    if (kind.label().equals("ar-resgen")) {
      for (String command : List.of("sample", "evaluate")) {
        Cli refused = Cli.run(command, file, "--steps=99");
        assertEquals(2, refused.exitCode(), refused.err());
        assertTrue(refused.err().contains("steps 99"), refused.err());
        assertFalse(refused.err().contains("0 of"), refused.err());
      }
    }
    Cli info = Cli.run("info", file);
    assertEquals(Main.OK, info.exitCode(), info.err());
    assertTrue(info.out().contains("\"head\""), info.out());
    Cli measured = Cli.run("evaluate", file, "--samples=20", "--limit=60", "--precision=bf16");
    assertEquals(Main.OK, measured.exitCode(), measured.err());
    assertTrue(measured.out().contains("FD-Fashion"), measured.out());
    assertTrue(measured.out().contains("bf16"), measured.out());
  }

  @Test
  void aModelIsConvertedAndBack(@TempDir Path here) throws IOException {
    Path small = here.resolve("small.safetensors");
    Cli run = Cli.run("convert", model.toString(), "--output=" + small);
    assertEquals(Main.OK, run.exitCode(), run.err());
    assertTrue(run.out().contains("8bit"), run.out());
    assertTrue(Files.size(small) < Files.size(model));
    assertTrue(Files.exists(here.resolve("tokenizer.safetensors")));
    String counted = Cli.run("info", model.toString()).out();
    assertTrue(Cli.run("info", small.toString()).out().endsWith(lastLine(counted)));

    Path half = here.resolve("half.safetensors");
    Cli back = Cli.run("convert", small.toString(), "-o", half.toString(), "--storage=half");
    assertEquals(Main.OK, back.exitCode(), back.err());
    assertEquals(Files.size(model), Files.size(half));
  }

  private static String lastLine(String text) {
    return text.substring(text.lastIndexOf('\n', text.length() - 2) + 1);
  }

  @Test
  void anUnknownStorageOrNameIsAWrongUse(@TempDir Path here) {
    String file = here.resolve("m.safetensors").toString();
    Cli storage = Cli.run("convert", model.toString(), "-o", file, "--storage=4bit");
    assertEquals(Main.USAGE, storage.exitCode());
    assertTrue(storage.err().contains("half, 8bit"), storage.err());
    assertEquals(Main.USAGE, Cli.run("convert", model.toString(), "-o", "m.bin").exitCode());
    assertEquals(Main.USAGE, Cli.run("convert", model.toString()).exitCode());
    Cli missing = Cli.run("convert", here.resolve("no.safetensors").toString(), "-o", file);
    assertEquals(Main.FAILED, missing.exitCode());
    assertTrue(missing.err().contains("no.safetensors"), missing.err());
  }

  /** A model that there is not: the path is looked at before the work, and so before the model. */
  @Test
  void whereNothingCanBeWrittenIsAWrongUseBeforeTheWork(@TempDir Path here) throws IOException {
    Path file = Files.writeString(here.resolve("file"), "x");
    Path folder = Files.createDirectories(here.resolve("folder.png"));
    List<List<String>> commands =
        List.of(
            List.of("sample", "no-such", "--output=" + file.resolve("p.png")),
            List.of("sample", "no-such", "--output=" + folder),
            List.of("sample", "no-such", "--images=" + file),
            List.of("convert", "no-such", "--output=" + file.resolve("m.safetensors")),
            List.of("train", "--tokenizer=no-such", "-o", file.resolve("m.safetensors") + ""),
            List.of("bench", "--out=" + file.resolve("b.csv")),
            List.of("train-tokenizer", "--data=no-such", "-o", file.resolve("t.safetensors") + ""));
    for (List<String> command : commands) {
      Cli run = Cli.run(command.toArray(String[]::new));
      assertEquals(Main.USAGE, run.exitCode(), command + run.err());
      assertTrue(run.err().contains("cannot write " + here), command + run.err());
    }
  }

  @Test
  void aWrongSettingIsSaidOnceAndInItsOwnWords() {
    Cli run = Cli.run("train", "--tokenizer=" + tokenizer, "--set=masks=UNIFROM");

    assertEquals(Main.USAGE, run.exitCode(), run.err());
    assertTrue(run.err().contains("'UNIFROM'; allowed: depthwise, prefix, uniform"), run.err());
    assertEquals(run.err().indexOf("UNIFROM"), run.err().lastIndexOf("UNIFROM"), run.err());
    assertEquals(2, run.err().lines().count(), run.err());
  }

  @Test
  void aTrainingIsResumed() {
    Cli again = train();

    assertEquals(Main.OK, again.exitCode(), again.err());
    assertTrue(again.err().contains("resuming"), again.err());
  }

  @Test
  void aModelIsTrainedFurther(@TempDir Path here) {
    Cli run =
        Cli.run(
            "train", "--from=" + model, "--limit=200", "--steps=3", "--threads=1", "--run=" + here);

    assertEquals(Main.OK, run.exitCode(), run.err());
    try (Generator further = Generator.load(here.resolve("model.safetensors").toString())) {
      assertEquals(7, further.origin().steps());
      assertEquals(2, further.origin().stages().size());
    }
    Cli wrong = Cli.run("train", "--from=" + model, "--set=backbone.heads=2");
    assertEquals(Main.USAGE, wrong.exitCode(), wrong.err());
  }

  @Test
  void samplesBecomeAPictureAndFiles(@TempDir Path here) throws IOException {
    Path picture = here.resolve("sub/p.png");
    Path images = here.resolve("images");

    Cli run =
        sample(
            "--per-class=2",
            "--classes=Bag,0",
            "--guidance=0.1:1",
            "--output=" + picture,
            "--images=" + images);

    assertEquals(Main.OK, run.exitCode(), run.err());
    assertTrue(run.out().contains("4 of 4 images"), run.out());
    assertTrue(run.err().contains("4 of 4 images (100 %)"), run.err());
    BufferedImage whole = ImageIO.read(picture.toFile());
    assertTrue(whole.getHeight() >= 2 * 28, "two rows");
    try (Stream<Path> files = Files.walk(images)) {
      assertEquals(4, files.filter(Files::isRegularFile).count());
    }
    assertTrue(Files.isDirectory(images.resolve("Bag")));
  }

  @Test
  void whereNothingCanBeWrittenIsSaidBeforeTheWork(@TempDir Path here) throws IOException {
    Path file = Files.writeString(here.resolve("file"), "x");
    Files.createDirectories(here.resolve("p.png"));
    for (String wrong :
        List.of(
            "--output=" + here.resolve("p.png"),
            "--output=" + file.resolve("p.png"),
            "--images=" + file,
            "--images=" + here)) {
      Cli run = Cli.run("sample", "no-such-model", wrong);
      assertEquals(Main.USAGE, run.exitCode(), wrong + "\n" + run.err());
      assertTrue(run.err().contains(wrong.replace('=', ' ')), run.err());
    }
    Cli weights = Cli.run("train", "--output=" + file.resolve("sub/m.safetensors"));
    assertEquals(Main.USAGE, weights.exitCode(), weights.err());
    assertTrue(weights.err().contains(file + " is not a directory"), weights.err());
  }

  @Test
  void theSameSeedGivesTheSamePicture(@TempDir Path here) throws IOException {
    byte[][] pictures = new byte[3][];
    for (int i = 0; i < 3; i++) {
      Path picture = here.resolve(i + ".png");
      Cli run = sample("--per-class=1", "--seed=" + i / 2, "--output=" + picture);
      assertEquals(Main.OK, run.exitCode(), run.err());
      pictures[i] = Files.readAllBytes(picture);
    }
    assertTrue(java.util.Arrays.equals(pictures[0], pictures[1]));
    assertFalse(java.util.Arrays.equals(pictures[0], pictures[2]));
  }

  @Test
  void wrongSamplingIsRefused() {
    for (String wrong :
        List.of(
            "--per-class=0",
            "--classes=Hat",
            "--classes=10",
            "--guidance=2",
            "--guidance=a:b",
            "--top-p=0",
            "--top-p=1.5",
            "--batch=0",
            "--temperature=-1",
            "--set=pace.schedule=spiral",
            "--set=speed=1",
            "--output=samples.gif")) {
      Cli run = sample(wrong);

      assertEquals(Main.USAGE, run.exitCode(), wrong + "\n" + run.err());
    }
  }

  @Test
  void wrongTrainingIsRefused() {
    for (String wrong :
        List.of(
            "--set=backbone.heads=5",
            "--set=mixture.components=0",
            "--set=tokens.depth=9",
            "--model=resnet",
            "--set=training.emaDecay=2",
            "--output=model.bin")) {
      Cli run = train(wrong);

      assertEquals(Main.USAGE, run.exitCode(), wrong + "\n" + run.err());
    }
  }

  @Test
  void aModelThatIsNotThereFailsByName() {
    Cli run = Cli.run("sample", "no-such-model");

    assertEquals(Main.FAILED, run.exitCode());
    assertTrue(run.err().contains("no-such-model"), run.err());
  }

  @Test
  void anEvaluationSaysItsNumbersAndItsProtocol() {
    Cli run =
        Cli.run(
            "evaluate",
            model.toString(),
            "--samples=40",
            "--limit=60",
            "--steps=2",
            "--threads=1",
            "--explain");

    assertEquals(Main.OK, run.exitCode(), run.err());
    assertTrue(run.out().contains("FD-Fashion"), run.out());
    assertTrue(run.out().contains("40 samples vs"), run.out());
    List<String> lines = run.out().lines().toList();
    assertTrue(lines.stream().allMatch(line -> line.length() <= Progress.width()), run.out());
    assertEquals(1, run.out().split("samples vs", -1).length - 1, run.out());
    assertTrue(run.out().contains("context gain"), run.out());
    assertTrue(run.out().contains("R = (FD of samples − FD of reconstructions)"), run.out());
  }

  @Test
  void wrongEvaluationsAreRefused() {
    for (String wrong : List.of("--samples=1", "--extractor=resnet:x", "--steps=0")) {
      Cli run = Cli.run("evaluate", model.toString(), wrong);

      assertEquals(Main.USAGE, run.exitCode(), wrong + "\n" + run.err());
    }
  }

  @Test
  void infoOfAFileShowsSettingsOriginAndParts() {
    Cli info = Cli.run("info", model.toString());

    assertEquals(Main.OK, info.exitCode(), info.err());
    assertTrue(info.out().contains("\"format\" : \"resgen-model-1\""), info.out());
    assertTrue(info.out().contains("\"steps\" : 4"), info.out());
    assertTrue(info.out().contains("model.backbone"), info.out());
    assertTrue(info.out().contains("in all"), info.out());
  }
}
