package resgen.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BenchCommandTest {

  @TempDir private Path folder;

  private static final String QUICK = " --preset tiny --threads 1";

  @Test
  void itTimesWhatWasAskedForAndAddsRows() throws IOException {
    Path file = folder.resolve("bench.csv");
    String command =
        "bench --only optimizer,forward-1 --repeats 3 --seconds 0.1" + QUICK + " -o " + file;

    for (int time = 1; time <= 2; time++) {
      Cli bench = Cli.run(command.split(" "));

      assertEquals(Main.OK, bench.exitCode(), bench.err());
      assertTrue(bench.out().contains("forward-1"), bench.out());
      assertFalse(bench.out().contains("forward-64"), bench.out());
      List<String> lines = Files.readAllLines(file);
      assertEquals(1 + 2 * time, lines.size());
      assertTrue(lines.get(0).startsWith("preset,task,unit,units,runs,wall_ms"), lines.get(0));
      assertTrue(lines.get(0).endsWith("libtorch,commit"), lines.get(0));
    }
  }

  @Test
  void phasesAddUpToTheWhole() throws IOException {
    Path file = folder.resolve("phases.csv");

    Cli phases =
        Cli.run(
            ("bench phases --only training --repeats 3 --seconds 0.1" + QUICK + " -o " + file)
                .split(" "));

    assertEquals(Main.OK, phases.exitCode(), phases.err());
    double sum = 0;
    List<String> lines = Files.readAllLines(file);
    int share = List.of(lines.get(0).split(",")).indexOf("share");
    for (String line : lines.subList(1, lines.size())) {
      sum += Double.parseDouble(line.split(",")[share]);
    }
    assertEquals(1, sum, 1e-5);
    assertTrue(phases.out().contains("backward"), phases.out());
  }

  @Test
  void depthComparesBothModels() {
    Cli depth = Cli.run(("bench depth --rounds 1 --block 0.01" + QUICK).split(" "));

    assertEquals(Main.OK, depth.exitCode(), depth.err());
    assertTrue(depth.out().contains("rq-transformer"), depth.out());
    assertTrue(
        depth.out().lines().anyMatch(l -> l.startsWith("ar-resgen-8") && l.endsWith("1.75")),
        depth.out());
  }

  @Test
  void costTellsEveryDepth() {
    Cli cost = Cli.run(("bench cost --rounds 1" + QUICK).split(" "));

    assertEquals(Main.OK, cost.exitCode(), cost.err());
    for (int depth : new int[] {4, 8, 16, 32, 72}) {
      assertTrue(cost.out().contains("D = " + depth + " "), cost.out());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--preset huge | no preset 'huge'; there are reference",
        "--precision fp64 | precision 'fp64' is not one of",
        "--only swimming | no task 'swimming'; there are",
        "--repeats 0 | repeats 0",
        "--seconds 0 | seconds 0.0",
        "--threads 0 | --threads 0",
        "--out bench.txt | does not end in .csv",
        "phases --only forward | no task 'forward'; there are training-step",
        "depth --preset reference | there are paper-rvq16, small, tiny",
        "depth --precision half | precision 'half'",
        "depth --rounds 0 | --rounds 0",
        "depth --block 0 | --block 0.0",
        "cost --rounds 0 | --rounds 0",
        "cost --figure a/b | --figure 'a/b'",
        "memory --batches 8 | two or more sizes",
        "memory --batches 0,8 | two or more sizes",
        "soak --steps 10 | --steps 10",
        "python --only swimming | no comparison 'swimming'; there are",
        "python --preset paper-rvq16 | has no Python version",
        "python --rounds 0 | --rounds 0"
      })
  void aBadOptionIsRefusedBeforeAnyWork(String options, String word) {
    Cli wrong = Cli.run(("bench " + options).split(" "));

    assertEquals(Main.USAGE, wrong.exitCode(), wrong.err());
    assertTrue(wrong.err().contains(word), wrong.err());
    assertEquals("", wrong.out());
  }

  @Test
  void aPythonThatThereIsNotIsNamed() {
    Cli wrong = Cli.run(("bench python --python no-such-python" + QUICK).split(" "));

    assertEquals(Main.FAILED, wrong.exitCode());
    assertTrue(wrong.err().contains("no-such-python"), wrong.err());
  }

  @Test
  void aTokenizerIsTimedByItsName() {
    Cli bench = Cli.run(("bench --only tokenizer --repeats 1 --seconds 0.1" + QUICK).split(" "));

    assertEquals(Main.OK, bench.exitCode(), bench.err());
    assertTrue(bench.out().contains("tokenizer-decode"), bench.out());

    Cli wrong = Cli.run(("bench --only tokenizer --tokenizer none" + QUICK).split(" "));

    assertEquals(Main.FAILED, wrong.exitCode());
    assertTrue(wrong.err().contains("no tokenizer 'none'"), wrong.err());
  }

  @Test
  void aFigureThatThereIsNotIsRefusedBeforeAnyIsDrawn() {
    Cli wrong = Cli.run("figures", "table1", "table9");

    assertEquals(Main.USAGE, wrong.exitCode());
    assertTrue(wrong.err().contains("no figure 'table9'; there are table1"), wrong.err());
    assertEquals("", wrong.out());
  }

  @Test
  void aGpuIsMeasuredByEveryWorkOrTheRowSaysWhyNot() throws IOException {
    Path file = folder.resolve("gpu.csv");
    String works = "equality,training-step-reference,sample-64,depth-cost,largest-batch";
    Cli bench =
        Cli.run(("bench gpu --smoke --threads 1 --only " + works + " -o " + file).split(" "));

    assertEquals(Main.OK, bench.exitCode(), bench.err());
    List<String> lines = Files.readAllLines(file);
    assertTrue(
        lines.get(0).startsWith("work,who,unit,value,mad,ratio,over,aim,note,device,driver"));
    for (String work : works.split(",")) {
      assertTrue(lines.stream().anyMatch(line -> line.startsWith(work + ",")), work);
    }
    assertFalse(bench.out().contains("not measured"), bench.out());

    Cli late = Cli.run("bench gpu --smoke --threads 1 --seconds -1 --only sample-64".split(" "));
    assertTrue(late.out().contains("not measured: no time was left"), late.out());
  }

  @Test
  void withoutAGpuThereIsNothingToMeasure() {
    org.junit.jupiter.api.Assumptions.assumeFalse(resgen.torch.Torch.device().isGpu());
    Cli bench = Cli.run("bench", "gpu");

    assertEquals(Main.FAILED, bench.exitCode());
    assertTrue(bench.err().contains("no GPU is in use here"), bench.err());
    assertEquals(Main.USAGE, Cli.run("bench", "gpu", "--graphs", "on").exitCode());
  }
}
