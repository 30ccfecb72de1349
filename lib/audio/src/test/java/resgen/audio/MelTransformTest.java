package resgen.audio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import resgen.torch.Torch;

class MelTransformTest {

  @BeforeAll
  static void oneThread() {
    Torch.threads(1);
  }

  private static final MelSettings SMALL = MelSettings.small();

  /** Values of librosa's filters.mel(sr=16000, n_fft=1024, n_mels=80, fmin=0, fmax=8000). */
  @Test
  void theBandsAreSlaneys() {
    double[] basis = SMALL.basis();
    int k = SMALL.bins();
    double sum = 0;
    double squares = 0;
    for (double w : basis) {
      sum += w;
      squares += w * w;
    }
    assertEquals(5.1186576, sum, 2e-6);
    assertEquals(0.055504724, squares, 1e-8);
    assertEquals(0.011267280206084251, basis[1], 1e-9);
    assertEquals(0.022534560412168503, basis[2], 1e-9);
    assertEquals(0.006948424968868494, basis[k + 3], 1e-9);
    assertEquals(0.006757139693945646, basis[10 * k + 28], 1e-9);
    assertEquals(0.0012270754668861628, basis[79 * k + 505], 1e-9);
    assertEquals(0.0021035580430179834, basis[79 * k + 500], 1e-9);
    assertEquals(0, basis[39 * k + 118]);
  }

  /** Values of numpy's FFT in float64 over frames padded by reflection, under librosa's bands. */
  @Test
  void theLogMelOfASignalIsAsNumpyHasIt() {
    try (MelTransform transform = new MelTransform(SMALL)) {
      LogMel mel = transform.of(Sounds.golden());
      assertEquals(21, mel.frames());
      double sum = 0;
      for (float v : mel.values()) {
        sum += v;
      }
      assertEquals(-7.358820928557929, sum / (21 * 80), 2e-4);
      assertEquals(-0.8166930553326774, mel.get(0, 0), 1e-3);
      assertEquals(0.8481294103798827, mel.get(0, 12), 1e-4);
      assertEquals(1.4810369077101524, mel.get(5, 11), 1e-4);
      assertEquals(-7.944677326117605, mel.get(10, 30), 5e-3); // 9 nats below the tone
      assertEquals(-4.663070426163957, mel.get(20, 79), 1e-3);
      assertEquals(-2.0351206207227674, mel.get(20, 40), 1e-3);
    }
  }

  @Test
  void theTransformIsTheSumThatDefinesIt() {
    MelSettings tiny = new MelSettings(8000, 32, 24, 8, 6, 0, 4000, 1e-5);
    Clip clip = Sounds.noise(8000, 100, 1);
    float[] found = new float[0];
    try (MelTransform transform = new MelTransform(tiny);
        NDManager manager = Torch.manager()) {
      found = transform.stft(Torch.floats(manager, clip.samples(), 1, 100)).toFloatArray();
    }
    int frames = tiny.frames(100);
    assertEquals(17 * frames * 2, found.length);
    for (int f = 0; f < frames; f++) {
      for (int k = 0; k < 17; k++) {
        double re = 0;
        double im = 0;
        for (int i = 0; i < 24; i++) {
          int at = f * 8 + i - 12; // the window lies in the middle of the transform
          at = at < 0 ? -at : at > 99 ? 198 - at : at;
          double x = clip.get(at) * (0.5 - 0.5 * Math.cos(2 * Math.PI * i / 24));
          re += x * Math.cos(2 * Math.PI * k * (i + 4) / 32);
          im -= x * Math.sin(2 * Math.PI * k * (i + 4) / 32);
        }
        assertEquals(re, found[(k * frames + f) * 2], 1e-5);
        assertEquals(im, found[(k * frames + f) * 2 + 1], 1e-5);
      }
    }
  }

  @Test
  void theInverseGivesTheSoundBack() {
    try (MelTransform transform = new MelTransform(SMALL);
        NDManager manager = Torch.manager()) {
      for (int length : new int[] {801, 1600, 4001, 10_000}) {
        Clip clip = Sounds.noise(16_000, length, length);
        NDArray x = Torch.floats(manager, clip.samples(), 1, length);
        float[] back = transform.istft(transform.stft(x), length).toFloatArray();
        for (int i = 0; i < length; i++) {
          assertEquals(clip.get(i), back[i], 1e-5, "sample " + i + " of " + length);
        }
      }
    }
  }

  @Test
  void everyLengthHasItsFrames() {
    try (MelTransform transform = new MelTransform(SMALL)) {
      for (int length : new int[] {1, 2, 199, 200, 201, 399, 512, 513, 799, 800, 1601, 9999}) {
        assertEquals(
            1 + length / 200, transform.of(Sounds.noise(16_000, length, 3)).frames(), "" + length);
      }
    }
  }

  @Test
  void gradientsAreThoseOfDifferences() {
    MelSettings tiny = new MelSettings(8000, 32, 24, 8, 6, 0, 4000, 1e-5);
    float[] samples = Sounds.noise(8000, 60, 4).samples();
    try (MelTransform transform = new MelTransform(tiny);
        NDManager manager = Torch.manager()) {
      NDArray x = Torch.floats(manager, samples, 1, 60);
      Torch.requireGradient(x);
      NDArray loss = Torch.withGradients(true, () -> transform.logMel(x).sum());
      Torch.backward(loss);
      float[] gradient = x.getGradient().toFloatArray();
      for (int i : new int[] {0, 7, 30, 59}) {
        double[] sums = new double[2];
        for (int side = 0; side < 2; side++) {
          float[] moved = samples.clone();
          moved[i] += side == 0 ? -1e-3f : 1e-3f;
          for (float v : transform.logMel(Torch.floats(manager, moved, 1, 60)).toFloatArray()) {
            sums[side] += v;
          }
        }
        double expected = (sums[1] - sums[0]) / 2e-3;
        assertEquals(expected, gradient[i], 0.02 * Math.max(5, Math.abs(expected)), "at " + i);
      }
    }
  }

  @Test
  void otherSettingsHaveAnotherHashAndAreRefused() {
    MelSettings other = new MelSettings(16_000, 1024, 800, 200, 80, 0, 8000, 1e-6);
    assertNotEquals(SMALL.hash(), other.hash());
    assertEquals(SMALL.hash(), MelSettings.small().hash());
    LogMel mel = new LogMel(new float[80], other);
    try (GriffinLim vocoder = new GriffinLim(SMALL)) {
      IllegalArgumentException e =
          assertThrows(IllegalArgumentException.class, () -> vocoder.clip(mel, 0, 0));
      assertTrue(e.getMessage().contains(other.hash()), e.getMessage());
    }
    assertThrows(
        IllegalArgumentException.class,
        () -> new MelSettings(16_000, 1024, 800, 200, 80, 0, 9000, 1e-5));
    assertThrows(
        IllegalArgumentException.class,
        () -> new MelSettings(16_000, 1000, 800, 200, 80, 0, 8000, 1e-5));
  }

  @Test
  void aClipOfAnotherRateIsResampled() {
    try (MelTransform transform = new MelTransform(SMALL)) {
      LogMel here = transform.of(Sounds.sine(16_000, 8000, 1000));
      LogMel there = transform.of(Sounds.sine(44_100, 22_050, 1000));
      assertEquals(here.frames(), there.frames());
      assertEquals(here.get(20, 26), there.get(20, 26), 0.01);
    }
  }
}
