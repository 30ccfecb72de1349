package resgen.lab.study;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import resgen.lab.metric.Outcome;
import resgen.lab.metric.Results;
import resgen.sample.Sampling;
import resgen.settings.Json;

class SpeechResultsTest {

  @TempDir Path folder;

  private static Outcome outcome(String cell, String model, String task, int steps, double wer) {
    return new Outcome(
        "speech/" + task,
        cell,
        Map.of("model", model),
        Map.of(
            "model",
            model + ", 5 parameters, 48 positions × depth 8, 700 steps of training",
            "task",
            task,
            "aligner",
            "abcdef012345",
            "sampling",
            Json.line(Sampling.steps(steps).topP(0.5))),
        List.of(
            Outcome.Value.of("wer_slots", wer, 0.01),
            Outcome.Value.of("sim_own", 0.5, Double.NaN)));
  }

  private SpeechResults made() {
    Results results = new Results(folder);
    results.add(
        "speech",
        List.of(
            outcome("a", "ResGen", "speaker", 8, 0.25),
            outcome("b", "ResGen", "speaker", 16, 0.125),
            outcome("c", "ResGen", "continuation", 16, 0.5),
            outcome("d", "AR-ResGen", "speaker", 1, 0.75)));
    return SpeechResults.of(results);
  }

  @Test
  void rowsAreFoundByModelTaskAndSteps() {
    SpeechResults all = made();
    assertEquals(4, all.all().size());
    SpeechResults.Row one = all.one("ResGen", SpeechResults.BY_NAME, r -> r.steps() == 16);
    assertEquals("b", one.outcome().cell());
    assertEquals(12.5, one.percent("wer_slots").mean(), 1e-9);
    assertEquals(1, one.percent("wer_slots").deviation(), 1e-6);
    assertEquals(0.5, one.topP());
    assertEquals(0, one.guidance());
    assertEquals(700, one.trained());
    assertEquals(8, one.depth());
    assertEquals("abcdef012345", one.aligner());
    assertFalse(one.ownDurations());
    assertTrue(Double.isNaN(one.of("sim_own").deviation()));
    assertFalse(one.of("cer_loop").known());
    assertEquals(16, all.best("ResGen", "speaker", "wer_slots", r -> true).steps());
    String message =
        assertThrows(IllegalArgumentException.class, () -> all.one("ResGen", "speaker", r -> true))
            .getMessage();
    assertTrue(message.contains("2 of 2 rows of ResGen, speaker, fit, not one"), message);
    assertThrows(
        IllegalArgumentException.class, () -> all.best("ResGen", "x", "wer_slots", r -> true));
  }

  @Test
  void theTableHasARowForEach() {
    String text = made().table(r -> r.task().equals("speaker")).print();
    assertTrue(text.contains("12.5 ± 1.0"), text);
    assertTrue(text.contains("AR-ResGen"), text);
    assertFalse(text.contains("continuation"), text);
    assertEquals(0, SpeechResults.of(new Results(folder.resolve("none"))).all().size());
  }

  @Test
  void theProjectsAreRead() {
    SpeechResults all = SpeechResults.load();
    assertTrue(
        all.one(
                "ResGen",
                SpeechResults.BY_NAME,
                r -> r.depth() == 8 && r.steps() == 16 && r.topP() == 0.85 && r.guidance() == 1)
            .percent("wer_slots")
            .known());
    assertTrue(
        all.best("ResGen", SpeechResults.BY_NAME, "wer_slots", r -> r.depth() == 16)
            .ownDurations());
  }
}
