package resgen.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A folder of pictures of one's own, from the folder to numbers, by the defaults. */
class OwnImagesTest {

  @TempDir static Path folder;
  private static String data;
  private static Cli tokenizer;
  private static Cli model;

  private static Cli run(String... words) {
    List<String> all = new ArrayList<>(List.of(words));
    all.add("--threads=1");
    return Cli.run(all.toArray(String[]::new));
  }

  @BeforeAll
  static void trainBoth() {
    System.setProperty("resgen.cache", folder.resolve("cache").toString());
    data = "--data=" + folder.resolve("shapes");
    Cli made = Cli.run("make-images", folder.resolve("shapes").toString(), "--per-class=30");
    assertEquals(Main.OK, made.exitCode(), made.err());
    assertTrue(made.out().contains("108 pictures of 32×32 in 3 classes"), made.out());
    tokenizer =
        run(
            "train-tokenizer",
            data,
            "--steps=3",
            "--batch=8",
            "--set=autoencoder.widths=[8,16,16]",
            "--run=" + folder.resolve("t"));
    model =
        run(
            "train",
            data,
            "--tokenizer=" + folder.resolve("t/tokenizer.safetensors"),
            "--preset=tiny",
            "--steps=3",
            "--batch=8",
            "--run=" + folder.resolve("m"));
  }

  @Test
  void sizeAndChannelsFollowFromThePicturesAndAreSaid() {
    assertEquals(Main.OK, tokenizer.exitCode(), tokenizer.err());
    assertTrue(tokenizer.err().contains("shapes/train: 90 images of 3×32×32 in 3 classes"));
    assertTrue(
        tokenizer.err().contains("network for 3×32×32, 4×4 positions × depth 8"), tokenizer.err());
    assertEquals(Main.OK, model.exitCode(), model.err());
  }

  @Test
  void infoOfAFolderSaysWhatIsReadAndWhatIsLeftOut() throws Exception {
    Path here = folder.resolve("half");
    assertEquals(
        Main.OK, Cli.run("make-images", here.toString(), "--per-class=5", "--size=70").exitCode());
    Files.writeString(here.resolve("train/circle/00000.png"), "no picture");
    Files.writeString(here.resolve("train/circle/a.tif"), "no picture");
    Cli info = Cli.run("info", here.toString());
    assertEquals(Main.OK, info.exitCode(), info.err());
    assertTrue(
        info.out()
            .contains(
                "half/train: 14 images of 3×70×70 in 3 classes; left out as broken: 1 (00000.png);"
                    + " no pictures: 1 (a.tif)"),
        info.out());
    assertTrue(info.out().contains("held out: half/val: 3 images"), info.out());
    assertTrue(info.out().contains("\"imageSize\" : 80"), info.out());
  }

  @Test
  void samplesHaveTheNamesOfTheFolders() {
    Path pictures = folder.resolve("pictures");
    Cli drawn =
        run(
            "sample",
            folder.resolve("m/model.safetensors").toString(),
            "--steps=2",
            "--per-class=2",
            "--classes=square,0",
            "--output=" + folder.resolve("p.png"),
            "--images=" + pictures);
    assertEquals(Main.OK, drawn.exitCode(), drawn.err());
    assertTrue(Files.exists(pictures.resolve("square/00001.png")));
    assertTrue(Files.exists(pictures.resolve("circle/00003.png")));
  }

  @Test
  void anEvaluationHasAnExtractorOfItsOwnThatIsKept() {
    String[] words = {
      "evaluate",
      folder.resolve("m/model.safetensors").toString(),
      data,
      "--samples=20",
      "--steps=2"
    };
    Cli first = run(words);
    assertEquals(Main.OK, first.exitCode(), first.err());
    assertTrue(first.out().contains("FD-own: 20 samples vs shapes/train (90)"), first.out());
    assertTrue(first.out().contains("own-classifier #"), first.out());
    assertTrue(first.err().contains("60 of 60 steps"), first.err());
    Cli second = run(words);
    assertEquals(Main.OK, second.exitCode(), second.err());
    assertTrue(!second.err().contains("60 of 60 steps"), second.err());
    String network = first.out().replaceAll("(?s).*(own-classifier #\\w+).*", "$1");
    assertTrue(second.out().contains(network), second.out());
  }

  @Test
  void settingsThatDoNotFitThePicturesAreRefusedWithWhatWould() {
    Cli grey = run("train-tokenizer", data, "--preset=small");
    assertEquals(Main.USAGE, grey.exitCode(), grey.err());
    assertTrue(grey.err().contains("autoencoder.channels=3"), grey.err());
    Cli small = run("train-tokenizer", data, "--preset=cifar", "--image-size=64");
    assertEquals(Main.USAGE, small.exitCode(), small.err());
    assertTrue(small.err().contains("--image-size=32"), small.err());
    assertTrue(small.err().lines().count() < 6, small.err());
  }

  @Test
  void aClassThatTheModelDoesNotKnowIsRefused() throws Exception {
    Path other = folder.resolve("other");
    Path stars = Files.createDirectories(other.resolve("train/star"));
    Files.createDirectories(other.resolve("train/circle"));
    Path circle = folder.resolve("shapes/train/circle/00000.png");
    Files.copy(circle, stars.resolve("a.png"));
    Files.copy(circle, other.resolve("train/circle/a.png"));
    Cli run = run("evaluate", folder.resolve("m/model.safetensors").toString(), "--data=" + other);
    assertEquals(Main.FAILED, run.exitCode(), run.err());
    assertTrue(run.err().contains("star") && run.err().contains("circle, square, triangle"));
  }

  @Test
  void madeUpPicturesAreOfTheirSeedAndLeaveOtherFoldersAlone() {
    String there = folder.resolve("shapes").toString();
    Cli again = Cli.run("make-images", there);
    assertEquals(Main.USAGE, again.exitCode(), again.err());
    assertTrue(again.err().contains(there), again.err());
    assertEquals(
        Main.USAGE,
        Cli.run("make-images", folder.resolve("n").toString(), "--size=2000").exitCode());
    assertTrue(!Files.exists(folder.resolve("n")));
  }
}
