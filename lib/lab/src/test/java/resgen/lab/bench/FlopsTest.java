package resgen.lab.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import resgen.model.ResGenNetwork;
import resgen.nn.Parameters;
import resgen.sample.Sampling;
import resgen.torch.Torch;

class FlopsTest {

  /** Width 32, 2 layers, expansion 4; 16 positions, depth 4, 32 codes of 8 dimensions. */
  private final BenchPreset tiny = BenchPreset.of("tiny", "fp32");

  private final Flops flops = new Flops(tiny.settings());

  @Test
  void aBlockIsCountedByHand() {
    int qkv = 16 * 2 * 32 * 96;
    int out = 16 * 2 * 32 * 32;
    int mlp = 2 * (16 * 2 * 32 * 128);
    int attention = 2 * (2 * 16 * 16 * 32);

    assertEquals(2 * (qkv + out + mlp + attention), flops.backbone(1));
    assertEquals(3 * flops.backbone(1), flops.backbone(3));
  }

  @Test
  void whatComesBeforeTheBlocksIsCountedByHand() {
    int sum = 16 * 2 * 8 * 32;
    int state = 16 * 2 * (4 * 16) * 32;
    int modulation = 2 * 32 * 128 + 2 * 128 * 256; // one row a sample

    assertEquals(sum + state + modulation, flops.embedding(1));
  }

  @Test
  void aTrainingStepIsThreeForwardPasses() {
    int head = 16 * 2 * 32 * (32 + 8 + 1);

    assertEquals(head, flops.head(1));
    assertEquals(3.0 * 5 * (999_424 + head), flops.trainingStep(5));
  }

  @Test
  void quantizingIsOneProductADepth() {
    assertEquals(7 * 4 * (2 * 32 * 8), flops.quantize(7));
    assertEquals(8.589934592e9, Flops.quantize(4096, 16, 1024, 64));
  }

  @Test
  void guidanceDoublesTheCallsThatHaveAWeight() {
    Sampling plain = Sampling.steps(8).minOneReveal(true);

    assertEquals(8, flops.calls(plain));
    assertEquals(8 * flops.hidden(2), flops.sampling(plain, 2));
    // From 0 to 1: the first step has no weight.
    assertEquals(15 * flops.hidden(1), flops.sampling(plain.guidance(0, 1), 1));
  }

  @Test
  void stepsThatRevealNothingCostNothing() {
    Sampling circle = Sampling.steps(8); // 64 tokens: 64, 62, ... : the first step is empty

    assertEquals(7, flops.calls(circle));
    assertEquals(7 * flops.hidden(1), flops.sampling(circle, 1));
  }

  @Test
  void depthEntersTheNetworkThroughTheMaskStateAlone() {
    double d4 = new Flops(tiny.settings()).hidden(1);
    double d8 = new Flops(tiny.depth(8).settings()).hidden(1);

    assertEquals(16 * 2 * (4 * 16) * 32, d8 - d4);
  }

  @ParameterizedTest
  @ValueSource(strings = {"tiny", "small", "reference"})
  void theModelCountsTheSame(String preset) {
    BenchPreset sizes = BenchPreset.of(preset, "fp32");
    try (NDManager manager = Torch.manager()) {
      ResGenNetwork network =
          new ResGenNetwork(
              Parameters.on(manager, 0),
              sizes.settings(),
              RandomTokens.books(manager, sizes.settings().tokens()));

      assertEquals(network.backbone().flops(), new Flops(sizes.settings()).hidden(1));
    }
  }

  @Test
  void thePapersModelTakesOverAHundredBillionOperations() {
    double one = new Flops(BenchPreset.of("paper-rvq16", "fp32").settings()).hidden(1);

    // 64 positions × 2 × 28 blocks of 12·1152², and the rest.
    assertTrue(
        one > 64 * 2.0 * 28 * 12 * 1152 * 1152 && one < 1.25 * 64 * 2 * 28 * 12 * 1152 * 1152);
  }
}
