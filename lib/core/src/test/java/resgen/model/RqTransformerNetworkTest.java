package resgen.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import resgen.nn.Parameters;
import resgen.nn.Transformer;
import resgen.noise.Noise;
import resgen.torch.Torch;

class RqTransformerNetworkTest {

  private static final TokenShape SHAPE = new TokenShape(2, 3, 4, 4, 2);
  private static NDManager manager;
  private static RqTransformerNetwork network;
  private static final int[] CODES = codes();

  private static int[] codes() {
    Noise.Stream noise = Noise.of(4).stream(0);
    int[] codes = new int[SHAPE.tokens()];
    Arrays.setAll(codes, i -> noise.nextInt(SHAPE.codes()));
    return codes;
  }

  @BeforeAll
  static void build() {
    Torch.threads(1);
    manager = Torch.manager();
    network = Autoregressive.rq(manager, SHAPE, 7);
  }

  @AfterAll
  static void close() {
    manager.close();
  }

  private static NDArray array(int[] codes) {
    return Torch.longs(manager, codes, 1, SHAPE.positions(), SHAPE.depth());
  }

  private static float[] logits(int[] codes) {
    NDArray label = Torch.longs(manager, new int[] {1}, 1);
    return Torch.scoped(() -> network.logits(array(codes), label).toFloatArray());
  }

  /** Tokens in the order of generation: position by position, coarse to fine. */
  @Test
  void aTokensLogitsDependOnTheTokensBeforeItAndOnNoOthers() {
    float[] before = logits(CODES);
    int v = SHAPE.codes();
    for (int changed = 0; changed < CODES.length; changed++) {
      int[] other = CODES.clone();
      other[changed] = (other[changed] + 1) % v;
      float[] after = logits(other);
      for (int t = 0; t < CODES.length; t++) {
        boolean same =
            Arrays.equals(
                Arrays.copyOfRange(before, t * v, (t + 1) * v),
                Arrays.copyOfRange(after, t * v, (t + 1) * v));
        assertEquals(t <= changed, same, "token " + t + " when " + changed + " changes");
      }
    }
  }

  @Test
  void lossesAreTheLogSoftmaxOfTheLogitsAtTheCodes() {
    float[] logits = logits(CODES);
    NDArray label = Torch.longs(manager, new int[] {1}, 1);
    float[] losses = Torch.scoped(() -> network.losses(array(CODES), label, false).toFloatArray());
    int v = SHAPE.codes();
    for (int t = 0; t < CODES.length; t++) {
      double total = 0;
      for (int c = 0; c < v; c++) {
        total += Math.exp(logits[t * v + c]);
      }
      assertEquals(Math.log(total) - logits[t * v + CODES[t]], losses[t], 1e-4, "token " + t);
    }
  }

  @Test
  void settingsThatDoNotFitAreRefused() {
    Transformer.Settings sizes = Transformer.Settings.of(16, 1, 2);
    refused("layers 0", () -> new RqTransformerSettings(SHAPE, sizes, 0, 0.1, "fp32"));
    refused("classDrop 1.0", () -> new RqTransformerSettings(SHAPE, sizes, 1, 1, "fp32"));
    refused("precision 'x'", () -> new RqTransformerSettings(SHAPE, sizes, 1, 0, "x"));
    refused(
        "2 depths × 4 codes",
        () ->
            new RqTransformerNetwork(
                Parameters.on(manager, 0),
                RqTransformerSettings.tiny(SHAPE),
                MadeUp.books(manager, 2, 4, 4)));
  }

  private static void refused(String named, org.junit.jupiter.api.function.Executable what) {
    IllegalArgumentException e = assertThrows(IllegalArgumentException.class, what);
    assertTrue(e.getMessage().contains(named), e.getMessage());
  }
}
