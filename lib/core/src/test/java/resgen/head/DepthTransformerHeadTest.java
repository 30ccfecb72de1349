package resgen.head;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import resgen.mask.Mask;
import resgen.model.CausalModel;
import resgen.model.MadeUp;
import resgen.noise.Noise;
import resgen.token.TokenSpec;
import resgen.torch.Torch;

/** The head of an RQ-Transformer, behind its backbone. */
class DepthTransformerHeadTest {

  private static final TokenSpec SHAPE = MadeUp.spec(3, 4, 4);
  private static final int[] CODES = codes();
  private static NDManager manager;
  private static CausalModel model;
  private static DepthTransformerHead head;

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
    model = MadeUp.causal(manager, MadeUp.rq(SHAPE), 7);
    head = (DepthTransformerHead) model.head();
  }

  @AfterAll
  static void close() {
    manager.close();
  }

  private static float[] logits(int[] codes) {
    return Torch.scoped(() -> MadeUp.logits(model, codes, 1).toFloatArray());
  }

  /** −log p of a token by its logits. */
  private static double nll(float[] logits, int token) {
    int v = SHAPE.codes();
    double total = 0;
    for (int c = 0; c < v; c++) {
      total += Math.exp(logits[token * v + c]);
    }
    return Math.log(total) - logits[token * v + CODES[token]];
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
    Torch.scoped(
        () -> {
          NDArray hidden =
              MadeUp.hidden(model, CODES, new int[SHAPE.positions()], 1)
                  .reshape(1, SHAPE.positions(), -1);
          Target whole = MadeUp.target(model, CODES, new int[SHAPE.positions()]);
          double sum = 0;
          for (int t = 0; t < CODES.length; t++) {
            int[] one = new int[CODES.length];
            one[t] = 1;
            NDArray flags = MadeUp.flags(manager, one, 1, SHAPE.positions(), SHAPE.depth());
            Target only =
                Target.of(model.codebooks(), whole.codes(), new Mask(flags.logicalNot(), flags));
            sum += nll(logits, t);
            assertEquals(nll(logits, t), head.likelihood(hidden, only).getFloat(), 1e-4);
          }
          Objective how = MadeUp.rq(SHAPE).objective();
          assertEquals(sum / CODES.length, head.loss(hidden, whole, how).total().getFloat(), 1e-4);
          assertEquals(sum, head.likelihood(hidden, whole).getFloat(), 1e-3);
          return null;
        });
  }

  @Test
  void theFirstCodeIsThatOfTheLogitsWhateverTheCodes() {
    float[] logits = logits(CODES);
    Torch.scoped(
        () -> {
          NDArray hidden = MadeUp.hidden(model, CODES, new int[SHAPE.positions()], 1);
          float[] first = head.firstCode(hidden, 1, 0).toFloatArray(); // [L, V]
          int v = SHAPE.codes();
          for (int p = 0; p < SHAPE.positions(); p++) {
            int at = p * SHAPE.depth();
            for (int c = 0; c < v; c++) {
              double log = -nll(logits, at) + logits[at * v + c] - logits[at * v + CODES[at]];
              assertEquals(log, first[p * v + c], 1e-4, "position " + p);
            }
          }
          return null;
        });
  }

  @Test
  void itMakesNoProposalsOfItsOwnAndHasAsManyLayersAsItIsTold() {
    assertThrows(UnsupportedOperationException.class, () -> head.draw(null, null, null, null));
    for (int layers : new int[] {0, 1025}) {
      IllegalArgumentException e =
          assertThrows(IllegalArgumentException.class, () -> new HeadSpec.DepthTransformer(layers));
      assertTrue(e.getMessage().contains("layers " + layers), e.getMessage());
    }
    assertArrayEquals(
        new int[] {2},
        new int[] {
          (int)
              model.parameters().shapes().keySet().stream()
                  .filter(name -> name.matches("depth\\.stack\\.block\\d+\\.qkv"))
                  .count()
        });
  }
}
