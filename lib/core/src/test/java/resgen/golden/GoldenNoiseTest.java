package resgen.golden;

import org.junit.jupiter.api.Test;

/**
 * Noise, schedules, masks and the order of unmasking are what they were when the files were made,
 * to the bit. Another form of the noise (a kernel on a device) is held against {@code noise.txt}.
 * See {@link Golden} on how a file is remade.
 */
class GoldenNoiseTest {

  @Test
  void streamsGiveTheSameBits() {
    Golden.check("noise.txt", GoldenNoise.draws(), Golden.exact());
  }

  @Test
  void schedulesMaskAsManyTokens() {
    Golden.check("schedules.txt", GoldenNoise.schedules(), Golden.exact());
  }

  @Test
  void masksRevealsAndBatchesAreTheSame() {
    Golden.check("masks.txt", GoldenNoise.masks(), Golden.exact());
  }
}
