package resgen.mask;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import resgen.noise.Noise;
import resgen.settings.Json;
import resgen.torch.Torch;

class ScheduleTest {

  record Holder(Schedule training, List<Schedule> sampling) {}

  static Stream<Schedule> all() {
    return Stream.of(
        Schedule.circle(),
        Schedule.cosine(),
        Schedule.exp(),
        Schedule.expFull(),
        Schedule.superellipse(3),
        Schedule.superellipse(0.5),
        Schedule.power(2.5),
        Schedule.linear());
  }

  private static int[] masked(Schedule schedule, int steps, int tokens) {
    return IntStream.rangeClosed(0, steps)
        .map(t -> schedule.count((double) t / steps, tokens))
        .toArray();
  }

  @Test
  void goldenCounts() {
    assertArrayEquals(
        new int[] {16, 16, 16, 15, 14, 13, 11, 8, 0}, masked(Schedule.circle(), 8, 16));
    assertArrayEquals(
        new int[] {64, 64, 62, 60, 56, 50, 43, 31, 0}, masked(Schedule.circle(), 8, 64));
    assertArrayEquals(new int[] {16, 16, 15, 14, 12, 9, 7, 4, 0}, masked(Schedule.cosine(), 8, 16));
    assertArrayEquals(new int[] {15, 15, 14, 14, 12, 11, 8, 5, 0}, masked(Schedule.exp(), 8, 16));
  }

  @ParameterizedTest
  @MethodSource("all")
  void fallsStrictlyToZeroAndIsInvertible(Schedule schedule) {
    double last = 2;
    for (int i = 0; i <= 1000; i++) {
      double r = i / 1000.0;
      double gamma = schedule.gamma(r, 1024);
      // Where γ is flat to the last bit (superellipse near 0), only "does not rise" can be asked.
      assertTrue(gamma < last || (r < 0.01 && gamma == last), schedule + " at " + r);
      double again = schedule.gamma(schedule.inverse(gamma, 1024), 1024);
      assertEquals(gamma, again, 1e-7, schedule + " at " + r);
      last = gamma;
    }
    assertEquals(0, schedule.gamma(1, 1024), 1e-15);
    assertEquals(0, schedule.count(1, 1024));
  }

  @ParameterizedTest
  @MethodSource("all")
  void inverseGivesTheTimeBack(Schedule schedule) {
    for (double r = 0.05; r < 1; r += 0.05) {
      assertEquals(r, schedule.inverse(schedule.gamma(r, 512), 512), 1e-9, schedule + " at " + r);
    }
  }

  @Test
  void onlyPlainExpNeverMasksEverything() {
    all()
        .forEach(
            s ->
                assertEquals(
                    s.equals(Schedule.exp()) ? 1 - 1.0 / 64 : 1.0,
                    s.gamma(0, 64),
                    1e-15,
                    s.toString()));
    assertEquals(63, Schedule.exp().count(0, 64));
    assertEquals(64, Schedule.expFull().count(0.001, 64));
  }

  @Test
  void familiesMeetAtTheirSpecialCases() {
    for (double r = 0; r <= 1; r += 1.0 / 64) {
      assertEquals(Schedule.circle().gamma(r, 9), Schedule.superellipse(2).gamma(r, 9), 1e-14);
      assertEquals(Schedule.linear().gamma(r, 9), Schedule.power(1).gamma(r, 9), 1e-15);
      assertEquals(Schedule.linear().gamma(r, 9), Schedule.superellipse(1).gamma(r, 9), 1e-15);
    }
  }

  @Test
  void ceilingIsGuardedAgainstRoundOff() {
    // cos(π/3) rounds to a little over one half.
    assertTrue(Schedule.cosine().gamma(2.0 / 3, 16) * 16 > 8);
    assertEquals(8, Schedule.cosine().count(2.0 / 3, 16));
    assertEquals(8, Schedule.circle().count(0.6, 10));
    for (int t = 0; t <= 1000; t++) {
      assertEquals(1000 - t, Schedule.linear().count(t / 1000.0, 1000));
    }
  }

  @Test
  void trainingMasksAtLeastOneToken() {
    assertEquals(0, Schedule.linear().count(1, 4));
    assertEquals(1, Schedule.linear().trainingCount(1, 4));
    assertEquals(1, Schedule.power(3).trainingCount(Math.nextDown(1.0), 1024));
    assertEquals(1024, Schedule.circle().trainingCount(0, 1024));
  }

  /** On the device: γ is another library's arithmetic there, the counts are the same. */
  @ParameterizedTest
  @MethodSource("all")
  void countsOfTheKernelAreTrainingCounts(Schedule schedule) {
    int each = 8;
    int[] units = {1, 2, 3, 16, 64, 128};
    int n = 2000;
    Noise.Stream noise = Noise.of(3).stream(1);
    double[] r = new double[n];
    int[] of = new int[n];
    for (int i = 0; i < n; i++) {
      r[i] = i < 65 ? i / 64.0 : noise.nextDouble();
      of[i] = units[i % units.length];
    }
    r[65] = Math.nextDown(1.0);
    r[66] = Double.MIN_VALUE;
    try (NDManager manager = Torch.manager()) {
      long[] found =
          schedule.counts(manager.create(r), Torch.longs(manager, of, n), each).toLongArray();
      for (int i = 0; i < n; i++) {
        assertEquals(
            schedule.trainingCount(r[i], of[i] * each), found[i], schedule + " at " + r[i]);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void textAndJsonRoundTrip(Schedule schedule) {
    assertEquals(schedule, Schedule.parse(schedule.text()));
    assertEquals("\"" + schedule.text() + "\"", Json.line(schedule));
    Holder holder = new Holder(schedule, all().toList());
    assertEquals(holder, Json.read(Json.write(holder), Holder.class));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "sine",
        "circle:2",
        "superellipse",
        "superellipse:x",
        "power:0",
        "power:-1",
        "power:NaN",
        "power:1:2"
      })
  void unknownWordsAreRefusedWithThoseAllowed(String text) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> Schedule.parse(text)).getMessage();
    assertTrue(message.contains("'" + text + "'") && message.contains("exp-full"), message);
    String json = "{\"training\":\"" + text + "\",\"sampling\":[]}";
    message =
        assertThrows(IllegalArgumentException.class, () -> Json.read(json, Holder.class))
            .getMessage();
    assertTrue(message.contains("training") && message.contains("exp-full"), message);
  }

  @Test
  void valuesOutsideTheirRangeAreRefused() {
    Schedule circle = Schedule.circle();
    assertThrows(IllegalArgumentException.class, () -> circle.gamma(-0.1, 4));
    assertThrows(IllegalArgumentException.class, () -> circle.gamma(Double.NaN, 4));
    assertThrows(IllegalArgumentException.class, () -> circle.inverse(1.1, 4));
    assertThrows(IllegalArgumentException.class, () -> circle.count(9 / 8.0, 4));
    assertThrows(IllegalArgumentException.class, () -> Schedule.exp().gamma(0.5, 1));
  }
}
