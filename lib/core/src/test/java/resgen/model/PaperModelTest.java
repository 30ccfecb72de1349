package resgen.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import resgen.codec.Tokens;
import resgen.noise.Noise;
import resgen.quantize.Codebooks;
import resgen.token.Codes;
import resgen.token.Condition;
import resgen.token.TokenSpec;
import resgen.torch.Torch;
import resgen.train.Trainable;
import resgen.train.Training;

/** The paper's sizes: 2.3 GB of parameters and as much of gradients. */
@Tag("slow")
class PaperModelTest {

  private static Tokens tokens(NDManager manager, TokenSpec shape) {
    Noise noise = Noise.of(3);
    int d = shape.depth();
    float[] books = noise.stream(0).gaussians(d * shape.codes() * shape.dimension()); // [D, V, H]
    float[] sigma = new float[d];
    java.util.Arrays.fill(sigma, 1);
    int[] codes = new int[2 * shape.tokens()];
    Noise.Stream stream = noise.stream(1);
    java.util.Arrays.setAll(codes, i -> stream.nextInt(shape.codes()));
    return Tokens.of(
        Codes.of(codes, shape.positions(), d),
        new Condition.Classes(new int[] {0, 999}, java.util.Collections.nCopies(1000, "a class")),
        shape.layout(),
        Codebooks.of(manager, books, sigma, d, shape.codes(), shape.dimension()),
        Optional.empty(),
        "random");
  }

  @Test
  void oneForwardAndBackwardRuns() {
    Recipe recipe =
        Family.of("resgen").preset("paper-rvq16").of(null, new ConditionSpec.Classes(1000));
    try (NDManager manager = Torch.manager()) {
      Tokens tokens = tokens(manager, recipe.model().tokens());
      try (GeneratorTraining model = new GeneratorTraining(recipe, tokens, tokens, 0)) {
        assertEquals(576e6, model.parameters().count(), 5.76e6);
        Training once = Training.steps(1).batch(1);
        double loss =
            Torch.withGradients(
                true,
                () -> {
                  try (NDScope scope = new NDScope()) {
                    scope.suppressNotUsedWarning();
                    Trainable.Loss made = model.loss(once, 0, 0, 1);
                    Torch.backward(made.total());
                    return (double) made.total().getFloat();
                  }
                });
        assertTrue(Double.isFinite(loss), "loss " + loss);
        for (String name :
            List.of("head.weight", "backbone.block0.modulation", "backbone.block27.modulation")) {
          NDArray array = model.parameters().arrays().get(name);
          float norm = Torch.scoped(() -> array.getGradient().norm().getFloat());
          assertTrue(Float.isFinite(norm) && norm > 0, name + ": " + norm);
        }
      }
    }
  }
}
