package resgen.audio.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import resgen.audio.Clip;
import resgen.audio.MelSettings;
import resgen.noise.Noise;
import resgen.torch.Torch;

class MeasuresTest {

  private static final MelSettings MEL = MelSettings.small();

  @BeforeAll
  static void oneThread() {
    Torch.threads(1);
  }

  private static Clip clip(int rate, int length, IntToDoubleFunction value) {
    float[] samples = new float[length];
    for (int i = 0; i < length; i++) {
      samples[i] = (float) value.applyAsDouble(i);
    }
    return Clip.of(samples, rate);
  }

  private static Clip wave(double seconds, DoubleUnaryOperator wave) {
    return clip(16_000, (int) (16_000 * seconds), i -> wave.applyAsDouble(i / 16_000.0));
  }

  /** Ten harmonics, as a voice has them. */
  private static Clip voice(double hertz) {
    return wave(
        0.5,
        t -> {
          double sum = 0;
          for (int k = 1; k <= 10; k++) {
            sum += 0.08 * Math.sin(2 * Math.PI * hertz * k * t + k * k) / Math.sqrt(k);
          }
          return sum;
        });
  }

  /** Eight tones that come and go, with a pause, as the values below were computed on. */
  private static double tones(int i) {
    double t = i / 10_000.0;
    double sum = 0;
    for (int k = 0; k < 8; k++) {
      sum +=
          Math.sin(2 * Math.PI * 150 * Math.pow(1.5, k) * t + k)
              * (0.5 + 0.5 * Math.sin(2 * Math.PI * (2 + k) * t));
    }
    return t < 0.7 || t > 0.9 ? sum / 8 : 0;
  }

  /** Values of pystoi 0.4 on the same 20,000 samples. */
  @ParameterizedTest
  @CsvSource({
    "0.1, 0.8716424546124412, 0.8853798899418401",
    "0.5, 0.7985271080443678, 0.8194756856733155",
    "2.0, 0.6913972350392793, 0.7046438529343534"
  })
  void intelligibilityIsAsPystoiHasIt(double gain, double stoi, double estoi) {
    Clip clean = clip(10_000, 20_000, MeasuresTest::tones);
    Clip noisy =
        clip(10_000, 20_000, i -> tones(i) + gain * (((long) i * 7919 % 1009) / 1009.0 - 0.5));
    assertEquals(stoi, new Intelligibility(false).measure(clean, noisy), 1e-5);
    assertEquals(estoi, new Intelligibility(true).measure(clean, noisy), 1e-5);
    assertEquals(1, new Intelligibility(false).measure(clean, clean), 1e-6);
    assertEquals(1, new Intelligibility(true).measure(clean, clean), 1e-6);
  }

  @Test
  void ofTooShortASoundThereIsNoIntelligibility() {
    assertTrue(Double.isNaN(new Intelligibility(false).measure(voice(100), voice(100).first(0.1))));
  }

  @ParameterizedTest
  @ValueSource(doubles = {75, 100.3, 177.5, 220, 333})
  void thePitchOfAVoiceIsItsPeriod(double hertz) {
    Pitch pitch = Pitch.of(voice(hertz));
    assertEquals(1, pitch.voiced());
    for (double f : pitch.hertz()) {
      assertEquals(hertz, f, 0.005 * hertz);
    }
    assertEquals(Math.log(hertz), pitch.logStatistics()[0], 0.005);
  }

  @Test
  void noiseHasNoPitch() {
    Clip noise = Clip.of(Noise.of(1).stream(0).gaussians(8000), 16_000).gain(0.1);
    assertTrue(Pitch.of(noise).voiced() < 0.05, Pitch.of(noise).voiced() + "");
    assertEquals(0, Pitch.of(noise.first(0.01)).hertz().length);
  }

  @Test
  void aSemitoneIsAHundredCents() {
    double up = Math.pow(2, 1 / 12.0);
    assertEquals(100, new PitchError().measure(voice(150), voice(150 * up)), 3);
    Clip half = voice(150).first(0.25).and(Clip.of(new float[4000], 16_000));
    double wrong = new VoicingError().measure(voice(150), half);
    assertEquals(0.5, wrong, 0.06);
  }

  /** e^{1} times as loud is one nat in every band and nothing in the cepstra without loudness. */
  @Test
  void loudnessIsInSomeDistancesAndNotInOthers() {
    Clip quiet = Clip.of(Noise.of(2).stream(0).gaussians(8000), 16_000).gain(0.02);
    Clip loud = quiet.gain(Math.E);
    assertEquals(1, new MelDistance(MEL).measure(quiet, loud), 1e-3);
    assertEquals(8.686, new SpectralDistance(MEL).measure(quiet, loud), 0.05);
    assertEquals(0, new CepstralDistortion(MEL, false).measure(quiet, loud), 1e-3);
    assertTrue(new CepstralDistortion(MEL, false).measure(quiet, voice(100)) > 10);
  }

  @Test
  void warpingPairsWhatIsSlower() {
    double[] a = {0, 1, 5, 5, 2, 0};
    double[] b = {0, 0, 1, 1, 5, 2, 2, 2, 0};
    assertEquals(0, Warp.mean(6, 9, (i, j) -> Math.abs(a[i] - b[j])));
    assertEquals(1, Warp.mean(1, 3, (i, j) -> j));
    // by hand: the cheapest way through |i − 2j| of 3 × 2 costs 0 + 1 + 0 over three pairs
    assertEquals(1 / 3.0, Warp.mean(3, 2, (i, j) -> Math.abs(i - 2 * j)), 1e-12);
    Clip slow = wave(0.6, t -> Math.sin(2 * Math.PI * 300 * t * t));
    Clip slower = wave(0.9, t -> Math.sin(2 * Math.PI * 300 * t * t / 2.25));
    double warped = new CepstralDistortion(MEL, true).measure(slow, slower);
    assertTrue(warped < new CepstralDistortion(MEL, false).measure(slow, slower), "" + warped);
  }

  @Test
  void theFastTransformIsTheSum() {
    double[] x = Noise.of(3).stream(0).permutation(16).length == 16 ? new double[16] : null;
    Noise.Stream stream = Noise.of(3).stream(0);
    for (int i = 0; i < 16; i++) {
      x[i] = stream.nextGaussian();
    }
    double[] power = new Fourier(16).power(x);
    for (int k = 0; k <= 8; k++) {
      double re = 0;
      double im = 0;
      for (int i = 0; i < 16; i++) {
        re += x[i] * Math.cos(2 * Math.PI * k * i / 16);
        im += x[i] * Math.sin(2 * Math.PI * k * i / 16);
      }
      assertEquals(re * re + im * im, power[k], 1e-12);
    }
  }

  private static WordErrors errors(String said, String heard) {
    return WordErrors.of(
        List.of(said.split(" ")), heard.isEmpty() ? List.of() : List.of(heard.split(" ")));
  }

  @Test
  void wordErrorsOfKnownPairs() {
    assertEquals(0, errors("a b c", "a b c").errors());
    WordErrors one = errors("a b c d", "a x c");
    assertEquals(List.of(1, 1, 0), List.of(one.substitutions(), one.deletions(), one.insertions()));
    assertEquals(0.5, one.rate());
    assertEquals(1, one.missing());
    assertEquals(1, one.extra());
    WordErrors again = errors("a b c", "a b b c");
    assertEquals(
        List.of(0, 0, 1), List.of(again.substitutions(), again.deletions(), again.insertions()));
    assertEquals(List.of(0, 1, 0), List.of(again.missing(), again.repeated(), again.extra()));
    assertEquals(1, errors("a b", "").rate());
    assertEquals(1.5, errors("a b", "x y z").rate());
    WordErrors both = errors("a b", "a").and(errors("a b c", "a b c"));
    assertEquals(0.2, both.rate());
    assertEquals(2, both.utterances());
    assertEquals(0.25, WordErrors.ofCharacters("abcd", "abxd").rate());
    assertTrue(Double.isNaN(WordErrors.none().rate()));
  }

  /** Two classes that differ along one direction, with the same scatter along all. */
  @Test
  void ldaFindsTheDirectionOfFixedData() {
    double[][] rows = new double[400][3];
    int[] classes = new int[400];
    Noise.Stream stream = Noise.of(4).stream(0);
    for (int i = 0; i < 400; i++) {
      classes[i] = i % 2;
      double own = stream.nextGaussian();
      double common = 5 * stream.nextGaussian(); // the loudest, and of no use
      rows[i][0] = own + (classes[i] == 0 ? -2 : 2);
      rows[i][1] = common;
      rows[i][2] = stream.nextGaussian() + common;
    }
    Lda lda = Lda.fit(rows, classes, 1, 0.01);
    double unit = lda.apply(new double[] {1, 0, 0})[0] - lda.apply(new double[] {0, 0, 0})[0];
    double other = lda.apply(new double[] {0, 1, 1})[0] - lda.apply(new double[] {0, 0, 0})[0];
    assertEquals(1, Math.abs(unit), 0.1); // within classes the deviation is 1
    assertTrue(Math.abs(other) < 0.1, "" + other);
    int wrong = 0;
    for (int i = 0; i < 400; i++) {
      boolean above = lda.apply(rows[i])[0] * Math.signum(unit) > 0;
      wrong += above != (classes[i] == 1) ? 1 : 0;
    }
    assertTrue(wrong < 25, wrong + " of 400"); // 2.3 % lie beyond two deviations
    assertEquals(lda.hash(), Lda.fit(rows, classes, 1, 0.01).hash());
    assertThrows(IllegalArgumentException.class, () -> Lda.fit(rows, classes, 2, 0.01));
  }
}
