package resgen.sample;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import resgen.head.Draw;
import resgen.mask.Reveal;
import resgen.mask.Schedule;
import resgen.settings.Json;

class SamplingTest {

  @Test
  void guidanceRampGoldenValues() {
    GuidanceRamp ramp = new GuidanceRamp(.02, 2.4);
    double[] expected = {.02, .8133333333333, 1.6066666666667, 2.4};
    for (int t = 1; t <= 4; t++) {
      assertEquals(expected[t - 1], ramp.at(t, 4), 1e-12);
    }
    assertEquals(2.4, ramp.at(1, 1));
    assertFalse(ramp.isNone());
    assertTrue(GuidanceRamp.none().isNone());
    assertThrows(IllegalArgumentException.class, () -> ramp.at(0, 4));
    assertThrows(IllegalArgumentException.class, () -> ramp.at(5, 4));
    assertThrows(IllegalArgumentException.class, () -> new GuidanceRamp(-1, 1));
    assertThrows(IllegalArgumentException.class, () -> new GuidanceRamp(0, Double.NaN));
  }

  @Test
  void eachMethodChangesItsSettingOnly() {
    Sampling s =
        Sampling.steps(28)
            .guidance(0.02, 2.4)
            .topP(0.94)
            .noiseScale(0.5)
            .drawTemperature(0.8)
            .reveal(Reveal.DENSITY)
            .temperature(9)
            .seed(1)
            .batchSize(7)
            .skipEmpty(false)
            .minOneReveal(true)
            .schedule(Schedule.cosine());
    assertEquals(
        new Sampling(
            new Sampling.Pace(28, Schedule.cosine(), false, true, List.of()),
            new GuidanceRamp(0.02, 2.4),
            new Draw(0.94, 0.5, 0.8),
            new Sampling.Order(Reveal.DENSITY, 9, false),
            1,
            7),
        s);
    assertEquals(s, s.withSteps(3).withSteps(28));
    assertEquals(3, s.withSteps(3).pace().steps());
  }

  @Test
  void temperatureScalesWithTheCodeDimensionUnlessGiven() {
    assertEquals(28, Sampling.steps(8).order().temperature(64));
    assertEquals(14, Sampling.steps(8).order().temperature(32));
    assertEquals(28, Sampling.paper28().order().temperature(32));
    assertEquals(16, Sampling.steps(8).temperaturePerDimension(.5).order().temperature(32));
  }

  @Test
  void jsonRoundTripsAndNamesUnknownKeys() {
    for (Sampling s :
        List.of(
            Sampling.steps(1),
            Sampling.paper28(),
            Sampling.paper48(),
            Sampling.steps(9).depthSteps(4, 2, 1),
            Sampling.paper64().reveal(Reveal.RANDOM).schedule(Schedule.superellipse(3)))) {
      assertEquals(s, Json.read(Json.write(s), Sampling.class));
    }
    String typo = Json.line(Sampling.steps(4)).replace("\"seed\"", "\"sede\"");
    String message =
        assertThrows(IllegalArgumentException.class, () -> Json.read(typo, Sampling.class))
            .getMessage();
    assertTrue(message.contains("seed") && message.contains("sede"), message);
    String range = Json.line(Sampling.steps(4)).replace("\"steps\":4", "\"steps\":0");
    message =
        assertThrows(IllegalArgumentException.class, () -> Json.read(range, Sampling.class))
            .getMessage();
    assertTrue(message.contains("pace") && message.contains("steps 0 must be at least 1"), message);
  }

  @Test
  void planFollowsTheSettings() {
    assertEquals(62, Sampling.steps(64).plan(1024).calls());
    assertEquals(64, Sampling.steps(64).minOneReveal(true).plan(1024).calls());
    assertEquals(52, Sampling.steps(64).schedule(Schedule.exp()).plan(1024).calls());
  }

  @Test
  void stepsAreSplitOverDepths() {
    Sampling paper = Sampling.steps(63);
    int[] split = paper.pace().stepsPerDepth(16);
    assertEquals(48, split[0]);
    assertEquals(63, Arrays.stream(split).sum());
    assertEquals(1, Arrays.stream(split).skip(1).max().orElseThrow());
    Sampling own = paper.depthSteps(4, 2, 1).skipEmpty(false).minOneReveal(true).seed(1);
    assertEquals(7, own.pace().steps());
    assertArrayEquals(new int[] {4, 2, 1}, own.pace().stepsPerDepth(3));
    assertArrayEquals(new int[] {8, 1}, own.withSteps(9).pace().stepsPerDepth(2));
    assertThrows(IllegalArgumentException.class, () -> own.pace().stepsPerDepth(4));
    assertThrows(IllegalArgumentException.class, () -> Sampling.steps(3).pace().stepsPerDepth(4));
  }

  @Test
  void valuesOutOfRangeAreRefused() {
    Sampling s = Sampling.steps(4);
    List<Supplier<Sampling>> wrong =
        List.of(
            () -> Sampling.steps(0),
            () -> s.topP(0),
            () -> s.topP(1.01),
            () -> s.topP(Double.NaN),
            () -> s.noiseScale(-1),
            () -> s.drawTemperature(0),
            () -> s.depthSteps(3, 0),
            () ->
                new Sampling(
                    new Sampling.Pace(5, Schedule.circle(), true, false, List.of(2, 2)),
                    s.guidance(),
                    s.draw(),
                    s.order(),
                    0,
                    1),
            () -> s.temperature(-1),
            () -> s.temperature(Double.NaN),
            () -> s.batchSize(-1),
            () -> s.schedule(null),
            () -> s.reveal(null),
            () -> s.guidance(-1, 0));
    for (int i = 0; i < wrong.size(); i++) {
      assertThrows(IllegalArgumentException.class, wrong.get(i)::get, "case " + i);
    }
  }
}
