package resgen.audio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import resgen.torch.Torch;

class GriffinLimTest {

  @BeforeAll
  static void oneThread() {
    Torch.threads(1);
  }

  private static final MelSettings SMALL = MelSettings.small();

  private static LogMel mel(Clip clip) {
    try (MelTransform transform = new MelTransform(SMALL)) {
      return transform.of(clip);
    }
  }

  @Test
  void withoutMomentumTheErrorNeverGrows() {
    try (GriffinLim plain = new GriffinLim(SMALL, new GriffinLim.Settings(30, 0))) {
      float[] errors = plain.run(mel(Sounds.golden()), 1, 0).convergence();
      assertEquals(30, errors.length);
      for (int i = 1; i < errors.length; i++) {
        assertTrue(errors[i] <= errors[i - 1] + 1e-5, i + ": " + errors[i]);
      }
      assertTrue(errors[29] < 0.6 * errors[0], errors[0] + " to " + errors[29]);
    }
  }

  @Test
  void momentumConvergesFurther() {
    LogMel mel = mel(Sounds.golden());
    try (GriffinLim plain = new GriffinLim(SMALL, new GriffinLim.Settings(32, 0));
        GriffinLim fast = new GriffinLim(SMALL)) {
      float there = fast.run(mel, 1, 0).convergence()[31];
      float here = plain.run(mel, 1, 0).convergence()[31];
      assertTrue(there < here, there + " with, " + here + " without");
    }
  }

  @Test
  void theSoundHasTheSpectrogramItIsOf() {
    Clip tone = Sounds.golden();
    LogMel mel = mel(tone);
    try (GriffinLim vocoder = new GriffinLim(SMALL)) {
      Clip sound = vocoder.clip(mel, 1, 0);
      assertEquals(4000, sound.length());
      assertEquals(tone.level(), sound.level(), 1.0);
      LogMel again = mel(sound);
      assertEquals(mel.get(10, 11), again.get(10, 11), 0.1);
    }
  }

  @Test
  void aSampleIsThatOfItsSeedAndIndex() {
    LogMel mel = mel(Sounds.golden());
    try (GriffinLim vocoder = new GriffinLim(SMALL)) {
      Clip first = vocoder.clip(mel, 1, 0);
      assertNotEquals(first, vocoder.clip(mel, 1, 1));
      assertNotEquals(first, vocoder.clip(mel, 2, 0));
      assertEquals(first, vocoder.clip(mel, 1, 0));
    }
  }

  @Test
  void aSingleFrameIsEnough() {
    try (GriffinLim vocoder = new GriffinLim(SMALL)) {
      assertEquals(1, vocoder.clip(mel(Sounds.golden()).range(3, 4), 1, 0).length());
      assertEquals(200, vocoder.clip(mel(Sounds.golden()).range(3, 5), 1, 0).length());
    }
  }
}
