package resgen.audio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResamplerTest {

  /** Level of the middle half, without the silence that comes in at the ends. */
  private static double level(Clip clip) {
    return clip.range(clip.length() / 4, clip.length() * 3 / 4).level();
  }

  @ParameterizedTest
  @ValueSource(doubles = {50, 440, 1000, 3000, 5000, 7000, 7200})
  void whatBothRatesHoldStays(double hertz) {
    Clip clip = Sounds.sine(48_000, 48_000, hertz).resample(16_000);
    assertEquals(16_000, clip.length());
    Clip expected = Sounds.sine(16_000, 16_000, hertz);
    for (int i = 4000; i < 12_000; i++) {
      assertEquals(expected.get(i), clip.get(i), 2e-4, "sample " + i);
    }
  }

  /** A sweep over all that 16 kHz cannot hold: nothing of it comes back below. */
  @ParameterizedTest
  @ValueSource(ints = {22_050, 44_100, 48_000})
  void whatTheNewRateCannotHoldIsGone(int rate) {
    for (double hertz = 8000; hertz < rate / 2.0; hertz += 250) {
      Clip tone = Sounds.sine(rate, rate, hertz);
      double alias = level(tone.resample(16_000)) - level(tone);
      assertTrue(alias < -80, hertz + " Hz leaves " + alias + " dB");
    }
  }

  /**
   * Above the old Nyquist frequency of a tone that is brought to a higher rate there is nothing.
   */
  @Test
  void goingUpMakesNoImages() {
    Clip up = Sounds.sine(16_000, 16_000, 5000).resample(48_000);
    Clip expected = Sounds.sine(48_000, 48_000, 5000);
    double noise = 0;
    for (int i = 12_000; i < 36_000; i++) {
      noise += Math.pow(up.get(i) - expected.get(i), 2);
    }
    assertTrue(10 * Math.log10(noise / 24_000) - level(expected) < -70);
  }

  @Test
  void theSameRateChangesNothing() {
    Clip clip = Sounds.noise(16_000, 100, 1);
    assertSame(clip, clip.resample(16_000));
  }

  @Test
  void fasterMovesPitchAndLength() {
    Clip clip = Resampler.faster(1.25, 16_000).clip(Sounds.sine(16_000, 16_000, 1000));
    assertEquals(12_800, clip.length());
    assertEquals(16_000, clip.rate());
    Clip expected = Sounds.sine(16_000, 12_800, 1250);
    for (int i = 4000; i < 8000; i++) {
      assertEquals(expected.get(i), clip.get(i), 2e-4, "sample " + i);
    }
  }

  @Test
  void oneSampleStaysOne() {
    assertEquals(1, Clip.of(new float[] {1}, 48_000).resample(16_000).length());
  }
}
