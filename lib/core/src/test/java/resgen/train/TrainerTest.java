package resgen.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import resgen.Near;
import resgen.torch.SafeTensors;

class TrainerTest {

  private static final Training TRAINING =
      Training.steps(20).batch(4).learningRate(1e-2).every(2, 5, 6);

  @TempDir Path folder;

  @AfterEach
  void clearInterrupt() {
    Thread.interrupted();
  }

  private static Run run(TinyModel model, Training training, Path folder, Listener listener) {
    try (Trainer trainer = new Trainer(model, training, Optional.ofNullable(folder), listener)) {
      return trainer.run();
    }
  }

  private static void interruptAt(TinyModel model, long steps) {
    model.atStep =
        step -> {
          if (step == steps - 1) {
            Thread.currentThread().interrupt();
          }
        };
  }

  private static Run whole(Path to) {
    try (TinyModel model = new TinyModel(.2)) {
      validateBySize(model);
      return run(model, TRAINING, to, Listener.none());
    }
  }

  /** A number that depends on the averaged weights. */
  private static void validateBySize(TinyModel model) {
    NDArray weight = model.parameters().arrays().get("out.weight");
    model.validation = () -> weight.square().sum().getFloat();
  }

  private static byte[] bytes(Path folder, String name) throws IOException {
    return Files.readAllBytes(folder.resolve(name + ".safetensors"));
  }

  private static List<Double> steps(Run run) {
    return run.rows().stream().map(row -> row.get("step")).toList();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 10, 12, 13, 19})
  void anInterruptedRunIsSavedAndContinuesBitForBit(int at) throws IOException {
    Path a = folder.resolve("whole");
    Path b = folder.resolve("halves");
    whole(a);
    try (TinyModel model = new TinyModel(.2)) {
      validateBySize(model);
      interruptAt(model, at);
      Run first = run(model, TRAINING, b, Listener.none());
      assertTrue(first.interrupted());
      assertEquals(at, first.steps());
      assertFalse(Thread.interrupted(), "the interrupt is consumed");
    }
    try (TinyModel model = new TinyModel(.2)) {
      validateBySize(model);
      Run second = run(model, TRAINING, b, Listener.none());
      assertFalse(second.interrupted());
      assertEquals(20, second.steps());
    }
    assertArrayEquals(bytes(a, "last"), bytes(b, "last"));
    assertArrayEquals(bytes(a, "best"), bytes(b, "best"));
  }

  @Test
  void aRunKilledBetweenCheckpointsContinuesFromTheLastOne() throws IOException {
    Path a = folder.resolve("whole");
    Path b = folder.resolve("killed");
    Run expected = whole(a);
    try (TinyModel model = new TinyModel(.2)) {
      validateBySize(model);
      model.atStep =
          step -> {
            if (step == 13) {
              throw new IllegalStateException("power cut");
            }
          };
      assertThrows(IllegalStateException.class, () -> run(model, TRAINING, b, Listener.none()));
    }
    Run second;
    try (TinyModel model = new TinyModel(.2)) {
      validateBySize(model);
      second = run(model, TRAINING, b, Listener.none());
    }
    assertArrayEquals(bytes(a, "last"), bytes(b, "last"));
    assertArrayEquals(bytes(a, "best"), bytes(b, "best"));
    assertEquals(steps(expected), steps(second), "rows are neither lost nor doubled");
    for (int i = 0; i < expected.rows().size(); i++) {
      Map<String, Double> row = expected.rows().get(i);
      Map<String, Double> resumed = second.rows().get(i);
      assertEquals(row.keySet(), resumed.keySet());
      assertEquals(row.get("error"), resumed.get("error"), 1e-6 * row.get("error"));
    }
    assertEquals(second.rows().size() + 1, Files.readAllLines(b.resolve("metrics.csv")).size());
  }

  @Test
  void anInterruptWhileAFileIsWrittenLosesNothing() throws IOException {
    try (TinyModel model = new TinyModel(.2)) {
      validateBySize(model);
      Run run =
          run(
              model,
              TRAINING,
              folder,
              (step, steps, seconds, row) -> {
                if (step == 10) {
                  Thread.currentThread().interrupt(); // the checkpoint of step 10 is due next
                }
              });
      assertTrue(run.interrupted());
      assertEquals(11, run.steps());
    }
    assertEquals("11", SafeTensors.read(folder.resolve("last.safetensors")).metadata().get("step"));
  }

  @Test
  void metricsAreTheSameInTheRowsTheFileAndTheTable() throws IOException {
    Run run = whole(folder);
    assertEquals(List.of(2.0, 4.0, 6.0, 8.0, 10.0, 12.0, 14.0, 16.0, 18.0, 20.0), steps(run));
    List<String> lines = Files.readAllLines(folder.resolve("metrics.csv"));
    assertEquals("step,seconds,error,twice,loss,gradient_norm,learning_rate,quality", lines.get(0));
    assertEquals(run.rows().size() + 1, lines.size());
    for (int i = 0; i < run.rows().size(); i++) {
      String[] cells = lines.get(i + 1).split(",", -1);
      Map<String, Double> row = run.rows().get(i);
      assertEquals(row.get("step"), Double.parseDouble(cells[0]));
      assertEquals(row.get("error"), Double.parseDouble(cells[2]), 1e-6);
      assertEquals(2 * row.get("error"), row.get("twice"), 1e-6);
      boolean validated = (2 * i + 2) % 6 == 0 || i == 9;
      assertEquals(validated, row.containsKey("quality"));
      assertEquals(validated, !cells[7].isEmpty());
    }
    assertEquals(10, run.rows().size());
    assertEquals(4, run.rows().stream().filter(row -> row.containsKey("quality")).count());
    assertTrue(run.rows().get(9).get("error") < run.rows().get(0).get("error"));
  }

  /** As those of a tokenizer once it quantizes. */
  @Test
  void numbersMayJoinAfterTheFirstStep() {
    try (TinyModel model = new TinyModel(0)) {
      long[] at = new long[1];
      model.atStep = step -> at[0] = step;
      model.more = loss -> at[0] < 8 ? Map.of() : Map.of("late", loss.mul(3f));
      List<Map<String, Double>> rows = run(model, TRAINING, folder, Listener.none()).rows();
      assertFalse(rows.get(3).containsKey("late"), rows.get(3).toString());
      for (Map<String, Double> row : rows.subList(4, rows.size())) {
        assertEquals(3 * row.get("loss"), row.get("late"), 1e-5 * row.get("late"));
        assertEquals(2 * row.get("loss"), row.get("twice"), 1e-5 * row.get("late"));
      }
    }
  }

  @Test
  void theBestCheckpointIsTheOneOfTheLeastFirstNumber() {
    AtomicInteger calls = new AtomicInteger();
    double[] values = {5, 3, 4, 3};
    try (TinyModel model = new TinyModel(0)) {
      model.validation = () -> values[calls.getAndIncrement()];
      run(model, TRAINING, folder, Listener.none());
    }
    Map<String, String> best = SafeTensors.read(folder.resolve("best.safetensors")).metadata();
    assertEquals(4, calls.get());
    assertEquals("12", best.get("step"));
    assertEquals("3.0", best.get("best"));
  }

  @Test
  void validationSeesTheAveragedWeightsAndTrainingItsOwn() {
    try (TinyModel model = new TinyModel(0)) {
      List<float[]> seen = new ArrayList<>();
      NDArray weight = model.parameters().arrays().get("out.weight");
      model.validation =
          () -> {
            seen.add(weight.toFloatArray());
            return 1;
          };
      try (Trainer trainer = new Trainer(model, TRAINING, Optional.empty(), Listener.none())) {
        trainer.run();
        float[] average = trainer.ema().averages().get("out.weight").toFloatArray();
        assertArrayEquals(average, seen.get(seen.size() - 1));
        assertFalse(java.util.Arrays.equals(average, weight.toFloatArray()));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"NaN", "Infinity"})
  void aLossThatIsNotFiniteStopsWithStepAndPartNamed(String value) throws IOException {
    try (TinyModel model = new TinyModel(0)) {
      long[] at = new long[1];
      model.atStep = step -> at[0] = step;
      model.spoil = loss -> at[0] == 7 ? loss.mul(Float.parseFloat(value)) : loss;
      byte[][] saved = new byte[1][];
      NonFiniteLossException e =
          assertThrows(
              NonFiniteLossException.class,
              () ->
                  run(
                      model,
                      TRAINING,
                      folder,
                      (step, steps, seconds, row) -> {
                        if (step == 6) {
                          saved[0] = read(folder);
                        }
                      }));
      assertTrue(e.getMessage().contains("at step 7: error is " + value), e.getMessage());
      assertArrayEquals(saved[0], bytes(folder, "last"));
    }
  }

  private static byte[] read(Path folder) {
    try {
      return bytes(folder, "last");
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void aNumberThatIsNotFiniteIsShownWithTheOthersOfItsStepAlone() {
    try (TinyModel model = new TinyModel(0)) {
      long[] at = new long[1];
      model.atStep = step -> at[0] = step;
      model.spoil = loss -> at[0] == 7 ? loss.add(loss.sub(loss).sqrt()) : loss;
      model.more = loss -> Map.of("place", loss.sub(loss).add((float) at[0]));
      Training training = TRAINING.every(10, 20, 0);
      NonFiniteLossException e =
          assertThrows(
              NonFiniteLossException.class, () -> run(model, training, null, Listener.none()));
      assertTrue(e.getMessage().contains("at step 7: gradient_norm is NaN"), e.getMessage());
      assertTrue(e.getMessage().contains("place=7.0"), e.getMessage());
    }
  }

  @Test
  void aGradientThatIsNotFiniteStopsBeforeTheWeightsAreTouched() {
    try (TinyModel model = new TinyModel(0)) {
      float[] before = model.parameters().arrays().get("in.weight").toFloatArray();
      model.spoil = loss -> loss.add(loss.sub(loss).sqrt()); // finite, but its slope is not
      NonFiniteLossException e =
          assertThrows(
              NonFiniteLossException.class, () -> run(model, TRAINING, null, Listener.none()));
      assertTrue(e.getMessage().contains("step 0: gradient_norm is NaN"), e.getMessage());
      assertArrayEquals(before, model.parameters().arrays().get("in.weight").toFloatArray());
      model.spoil = loss -> loss;
      assertEquals(20, run(model, TRAINING, null, Listener.none()).steps(), "and can go on");
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, .3})
  void accumulationChangesNothingButTheOrderOfSums(double dropout) {
    float[][] weights = new float[3][];
    double[] losses = new double[3];
    int[] parts = {1, 2, 4};
    for (int i = 0; i < 3; i++) {
      try (TinyModel model = new TinyModel(dropout)) {
        Training training = TRAINING.accumulate(parts[i]);
        Run run = run(model, training, null, Listener.none());
        weights[i] = model.parameters().arrays().get("body.block0.qkv").toFloatArray();
        losses[i] = run.rows().get(9).get("loss");
      }
    }
    for (int i = 1; i < 3; i++) {
      Near.assertNear(weights[0], weights[i], 1e-4, "weights");
      assertEquals(losses[0], losses[i], 1e-4);
    }
  }

  @Test
  void aFolderOfOtherSettingsIsRefused() {
    whole(folder);
    try (TinyModel model = new TinyModel(.3)) {
      IllegalArgumentException e =
          assertThrows(
              IllegalArgumentException.class, () -> run(model, TRAINING, folder, Listener.none()));
      assertTrue(e.getMessage().contains("last.safetensors: cannot be resumed: its settings"));
    }
    try (TinyModel model = new TinyModel(.2)) {
      IllegalArgumentException e =
          assertThrows(
              IllegalArgumentException.class,
              () -> run(model, TRAINING.seed(9), folder, Listener.none()));
      assertTrue(e.getMessage().contains("its training"));
    }
  }

  /** All files of the run's folder but its lock, by name. */
  private static Map<String, String> files(Path folder) throws IOException {
    Map<String, String> files = new TreeMap<>();
    try (Stream<Path> all = Files.list(folder)) {
      for (Path file : all.filter(f -> !f.endsWith(RunLock.NAME)).toList()) {
        files.put(
            file.getFileName().toString(),
            Files.readString(file, java.nio.charset.StandardCharsets.ISO_8859_1));
      }
    }
    return files;
  }

  @Test
  void aFolderOfOtherInputsIsRefusedNamingThemAllAndLeftAsItWas() throws IOException {
    RunFolder.Card card = new RunFolder.Card("tiny", Map.of("a", 1), TRAINING, "data", "d0");
    RunFolder kept = RunFolder.of(Optional.of(folder), card);
    try (TinyModel model = new TinyModel(.2)) {
      run(model, TRAINING.every(2, 5, 0), folder, kept.noting(card, Listener.none()));
    }
    Map<String, String> before = files(folder);
    assertTrue(before.get("run.json").contains("\"data\" : \"data\""), before.get("run.json"));
    RunFolder.Card other = new RunFolder.Card("tiny", Map.of("a", 2), TRAINING, "more", "d1");
    try (TinyModel model = new TinyModel(.2)) {
      model.inputs = Map.of("data", "d1", "classes", "[a, c]", "start", "s");
      IllegalArgumentException e =
          assertThrows(
              IllegalArgumentException.class,
              () ->
                  run(
                      model,
                      TRAINING.every(2, 5, 0).seed(8),
                      folder,
                      kept.noting(other, Listener.none())));
      for (String words :
          List.of(
              "its training.seed is 0, this run's is 8",
              "its data is d0, this run's is d1",
              "its classes is [a, b], this run's is [a, c]",
              "its start is none, this run's is s")) {
        assertTrue(e.getMessage().contains(words), e.getMessage());
      }
    }
    assertEquals(before, files(folder));
    try (TinyModel model = new TinyModel(.2)) {
      assertEquals(20, run(model, TRAINING.every(2, 5, 0), folder, Listener.none()).steps());
    }
  }

  @Test
  void aCheckpointFromBeforeInputsWereKeptIsResumed() {
    whole(folder);
    Path last = folder.resolve("last.safetensors");
    SafeTensors.File file = SafeTensors.read(last);
    Map<String, String> meta = new TreeMap<>(file.metadata());
    meta.remove("inputs");
    SafeTensors.write(last, file.tensors(), meta);
    assertEquals(20, whole(folder).steps());
  }

  @Test
  void aFolderBelongsToOneRunAtATime() {
    try (TinyModel model = new TinyModel(0);
        TinyModel other = new TinyModel(0)) {
      try (Trainer first = new Trainer(model, TRAINING, Optional.of(folder), Listener.none())) {
        IllegalStateException e =
            assertThrows(
                IllegalStateException.class,
                () ->
                    run(
                        other,
                        TRAINING,
                        folder.resolve("../" + folder.getFileName()),
                        Listener.none()));
        assertTrue(e.getMessage().contains("in use by a run of this process"), e.getMessage());
        assertEquals(20, first.run().steps());
      }
      assertEquals(20, run(other, TRAINING, folder, Listener.none()).steps());
    }
  }

  @Test
  void aRunThatCannotStartLeavesItsFolderFree() {
    try (TinyModel model = new TinyModel(0)) {
      model.inputs = null;
      assertThrows(
          NullPointerException.class,
          () -> new Trainer(model, Training.steps(1), Optional.of(folder), Listener.none()));
    }
    RunLock.of(folder).close();
  }

  /** Rows that were written after the last checkpoint are those of steps that are done again. */
  @Test
  void metricsAreCutToTheCheckpointAndWrittenAnewAtOnce() throws IOException {
    Path csv = folder.resolve("metrics.csv");
    try (TinyModel model = new TinyModel(0)) {
      interruptAt(model, 7);
      run(model, TRAINING, folder, Listener.none());
    }
    String until7 = Files.readString(csv);
    Files.writeString(csv, until7 + until7.lines().toList().get(3).replaceFirst("6,", "8,") + "\n");
    try (TinyModel model = new TinyModel(0);
        Trainer trainer = new Trainer(model, TRAINING, Optional.of(folder), Listener.none())) {
      assertEquals(until7, Files.readString(csv));
      List<Double> expected = List.of(2.0, 4.0, 6.0, 7.0, 8.0, 10.0);
      assertEquals(expected, steps(trainer.run()).subList(0, 6));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'', 0",
    "'step,sec', 0",
    "'nothing,here\n1,2\n', 0",
    "'step,seconds,error\n2,0.5,3\n4,0.6', 1",
    "'step,seconds,error\n2,0.5,3\n4,0.6,2.25', 1",
    "'step,seconds,error\n2,0.5,3\n,0.6,2\n6,0.7,1\n', 1",
    "'step,seconds,error\n2,0.5,3\n4,0.6,1,9\n6,0.7,1\n', 1",
    "'step,seconds,error\n2,0.5,3\n4,0.6,#\n', 1"
  })
  void damagedMetricsDoNotBlockAGoodCheckpoint(String text, int rows) throws IOException {
    try (TinyModel model = new TinyModel(0)) {
      interruptAt(model, 11);
      run(model, TRAINING, folder, Listener.none());
    }
    String damaged = text.replace("\\n", "\n");
    Files.writeString(folder.resolve("metrics.csv"), damaged);
    Files.writeString(folder.resolve("last.csv"), damaged);
    try (TinyModel model = new TinyModel(0)) {
      Run run = run(model, TRAINING, folder, Listener.none());
      assertEquals(20, run.steps());
      List<Double> after = List.of(12.0, 14.0, 16.0, 18.0, 20.0);
      assertEquals(after, steps(run).subList(rows, rows + 5));
      assertEquals(rows == 1 ? 2.0 : 12.0, steps(run).get(0));
    }
    assertEquals(damaged, Files.readString(folder.resolve("metrics.csv.damaged")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "step,sec", "step,seconds,error\n2,0.5,3\n4,0.6", "none"})
  void damagedMetricsAreThoseThatWereWrittenWithTheCheckpoint(String damaged) throws IOException {
    Path csv = folder.resolve("metrics.csv");
    try (TinyModel model = new TinyModel(0)) {
      interruptAt(model, 11);
      run(model, TRAINING, folder, Listener.none());
    }
    String whole = Files.readString(csv);
    Files.delete(csv);
    if (!damaged.equals("none")) {
      Files.writeString(csv, damaged);
    }
    try (TinyModel model = new TinyModel(0);
        Trainer trainer = new Trainer(model, TRAINING, Optional.of(folder), Listener.none())) {
      assertEquals(whole, Files.readString(csv));
      List<Double> expected = List.of(2.0, 4.0, 6.0, 8.0, 10.0, 11.0, 12.0);
      assertEquals(expected, steps(trainer.run()).subList(0, 7));
    }
  }

  @Test
  void missingMetricsDoNotBlockAGoodCheckpoint() throws IOException {
    whole(folder);
    Files.delete(folder.resolve("metrics.csv"));
    Files.delete(folder.resolve("last.csv"));
    assertEquals(0, whole(folder).rows().size());
    assertTrue(Files.exists(folder.resolve("metrics.csv")));
  }

  @Test
  void aFinishedRunIsNotRepeated() throws IOException {
    whole(folder);
    byte[] last = bytes(folder, "last");
    Run again = whole(folder);
    assertEquals(20, again.steps());
    assertEquals(10, again.rows().size());
    assertArrayEquals(last, bytes(folder, "last"));
  }

  @Test
  void aDamagedCheckpointIsRefusedAndChangesNothing() throws IOException {
    whole(folder);
    Path last = folder.resolve("last.safetensors");
    SafeTensors.File file = SafeTensors.read(last);
    Map<String, SafeTensors.Entry> tensors = new java.util.LinkedHashMap<>(file.tensors());
    SafeTensors.Entry entry = tensors.get("ema.out.weight");
    float[] values = entry.floats();
    values[2] = Float.NaN;
    tensors.put("ema.out.weight", SafeTensors.Entry.of(values, entry.shape()));
    SafeTensors.write(last, tensors, file.metadata());
    try (TinyModel model = new TinyModel(.2)) {
      float[] before = model.parameters().arrays().get("out.weight").toFloatArray();
      IllegalArgumentException e =
          assertThrows(
              IllegalArgumentException.class, () -> run(model, TRAINING, folder, Listener.none()));
      assertTrue(e.getMessage().contains("last.safetensors: tensor ema.out.weight"), e::getMessage);
      assertArrayEquals(before, model.parameters().arrays().get("out.weight").toFloatArray());
    }
  }
}
