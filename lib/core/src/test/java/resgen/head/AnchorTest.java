package resgen.head;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static resgen.Near.assertNear;

import ai.djl.ndarray.NDArray;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import resgen.quantize.TokenStatistics;
import resgen.token.Layout;
import resgen.token.TokenSpec;
import resgen.torch.Torch;

class AnchorTest {

  /** Two codes of two dimensions at each of two levels; the second level's codes are larger. */
  private static final float[][] CODES = {{1, 0, 0, 1}, {4, 0, 0, -4}};

  private static final double[] DEVIATION = {.5, 2};

  private static HeadCase anchored(int components) {
    HeadCase c = new HeadCase(HeadSpec.Mixture.anchored(components, 0), 40, 4, 2, 2);
    c.head.start(new TokenStatistics(DEVIATION, CODES));
    return c;
  }

  @Test
  void withoutTrainingTheComponentsSitOnTheCodesOfTheirLevel() {
    try (HeadCase c = anchored(4)) {
      MixtureHead.Distribution d = c.head.distribution(c.hiddenArray(), c.levels());
      float[] means = d.means().toFloatArray();
      float[] logScale = d.logScale().toFloatArray();
      for (int i = 0; i < c.positions; i++) {
        double scale = c.level[i] == 0 ? .2 * .5 : .5; // what deeper depths add, or a fifth
        assertEquals(Math.log(scale), logScale[i], 1e-6);
        for (int v = 0; v < 4; v++) {
          for (int j = 0; j < 2; j++) {
            float code = CODES[c.level[i]][v % 2 * 2 + j];
            assertEquals(code, scale * means[(i * 4 + v) * 2 + j], 1e-5);
          }
        }
      }
      assertNear(new float[c.positions * 2], d.shift().toFloatArray(), 1e-6, "shift");
    }
  }

  @Test
  void drawsWithoutNoiseAreCodesAndAllAreDrawn() {
    try (HeadCase c = anchored(2)) {
      float[] uniform = new float[c.positions];
      for (int i = 0; i < uniform.length; i++) {
        uniform[i] = (i / 2 + .5f) * 2 / uniform.length;
      }
      NDArray zero = Torch.floats(c.manager, new float[c.positions * 2], c.positions, 2);
      MixtureHead.Drawn draw =
          c.head.draw(
              c.hiddenArray(),
              c.levels(),
              Torch.floats(c.manager, uniform, c.positions),
              zero,
              new Draw(1, 1, 1));
      long[] picks = draw.component().toLongArray();
      float[] z = draw.z().toFloatArray();
      for (int i = 0; i < c.positions; i++) {
        for (int j = 0; j < 2; j++) {
          assertEquals(CODES[c.level[i]][(int) picks[i] * 2 + j], z[i * 2 + j], 1e-5);
        }
      }
      assertEquals(c.positions / 2, Arrays.stream(picks).sum());
    }
  }

  @Test
  void theFloorLiesBelowTheStart() {
    try (HeadCase c = anchored(2)) {
      float[] unit = c.parameters.arrays().get("unit").toFloatArray();
      float[] floor = c.parameters.arrays().get("floor").toFloatArray();
      for (int level = 0; level < 2; level++) {
        assertTrue(floor[level] <= unit[level] - 1, "level " + level);
      }
    }
  }

  @Test
  void onlyAMultipleOfTheCodesCanBeAnchored() {
    TokenSpec two = new TokenSpec(new Layout.Line(1), 2, 2, 2);
    HeadSpec.Mixture.anchored(4, 0).check(two);
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class, () -> HeadSpec.Mixture.anchored(3, 0).check(two));
    assertTrue(e.getMessage().contains("components 3"), e.getMessage());
  }

  @Test
  void otherMeansTakeNothingFromTheData() {
    for (HeadSpec.Mixture means :
        new HeadSpec.Mixture[] {HeadSpec.Mixture.full(4), HeadSpec.Mixture.lowRank(4, 1)}) {
      try (HeadCase c = new HeadCase(means, 1, 4, 2, 2)) {
        c.head.start(new TokenStatistics(DEVIATION, CODES));
        c.parameters
            .arrays()
            .forEach(
                (name, array) ->
                    assertNear(c.values.get(name), array.toFloatArray(), 0, means + " " + name));
      }
    }
  }
}
