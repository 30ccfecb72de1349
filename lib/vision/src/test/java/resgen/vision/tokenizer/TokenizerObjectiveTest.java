package resgen.vision.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import resgen.noise.Noise;
import resgen.torch.Torch;
import resgen.train.Trainable;
import resgen.train.Training;

class TokenizerObjectiveTest {

  private static final Training TRAINING = Training.steps(100).batch(2);
  private static final int SIDE = 16;

  private NDManager manager;

  @BeforeEach
  void open() {
    Torch.threads(1);
    manager = Torch.manager();
  }

  @AfterEach
  void close() {
    manager.close();
  }

  private NDArray images(long key) {
    float[] values = Noise.of(3).stream(key).gaussians(2 * SIDE * SIDE);
    return Torch.floats(manager, values, 2, 1, SIDE, SIDE);
  }

  private static TokenizerSettings settings(TokenizerSettings.Loss loss) {
    TokenizerSettings tiny = TokenizerSettings.tiny();
    return new TokenizerSettings(tiny.autoencoder(), tiny.quantizer(), loss, "fp32");
  }

  /** A stand-in for the decoder: images are a scalar times a fixed pattern. */
  private NDArray last() {
    NDArray last = Torch.floats(manager, new float[] {0.7f}, 1);
    Torch.requireGradient(last);
    return last;
  }

  private static float[] gradient(NDArray leaf, Function<NDArray, NDArray> loss) {
    Torch.requireGradient(leaf);
    return Torch.withGradients(
        true,
        () -> {
          Torch.backward(loss.apply(leaf));
          return leaf.getGradient().toFloatArray();
        });
  }

  /** Central differences along the gradient itself: their quotient is the gradient's length. */
  private static void assertIsGradient(
      float[] gradient, NDArray at, Function<NDArray, NDArray> loss) {
    double length = 0;
    for (float g : gradient) {
      length += (double) g * g;
    }
    length = Math.sqrt(length);
    assertTrue(length > 1e-6, "no gradient");
    NDManager manager = at.getManager();
    double step = 0.02;
    double[] values = new double[2];
    for (int side = 0; side < 2; side++) {
      float[] moved = at.toFloatArray();
      for (int i = 0; i < moved.length; i++) {
        moved[i] += (float) ((2 * side - 1) * step * gradient[i] / length);
      }
      NDArray there = manager.create(moved, at.getShape());
      values[side] = Torch.withGradients(false, () -> loss.apply(there).getFloat());
    }
    assertEquals(1, (values[1] - values[0]) / (2 * step) / length, 0.02);
  }

  @Test
  void squaredErrorAndFeatureTermHaveTheirGradient() {
    FeatureDistance features = x -> x.mul(x).add(x.mul(0.5f));
    TokenizerObjective objective =
        new TokenizerObjective(
            manager,
            settings(new TokenizerSettings.Loss(0.25, 0.4, 0, 0, 0)),
            TRAINING,
            Optional.of(features),
            last());
    NDArray x = images(0);
    Function<NDArray, NDArray> loss =
        decoded -> objective.of(x, decoded, Optional.empty(), 0, 1, Optional.empty()).total();
    NDArray decoded = images(1);
    assertIsGradient(gradient(decoded, loss), decoded, loss);
    Map<String, NDArray> parts =
        objective.of(x, decoded, Optional.empty(), 0, 1, Optional.empty()).parts();
    double squared = parts.get("reconstruction").getFloat();
    double feature = parts.get("feature").getFloat();
    assertEquals(squared + 0.4 * feature, loss.apply(decoded).getFloat(), 1e-4);
  }

  @Test
  void theCommitmentIsWeighed() {
    TokenizerObjective objective =
        new TokenizerObjective(
            manager, settings(TokenizerSettings.Loss.plain(0)), TRAINING, Optional.empty(), last());
    NDArray two = Torch.floats(manager, new float[] {2}, 1).sum();
    NDArray x = images(0);
    assertEquals(
        0.5, objective.of(x, x, Optional.of(two), 0, 1, Optional.empty()).total().getFloat(), 1e-6);
  }

  @Test
  void featuresWithoutAnExtractorAreRefused() {
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                new TokenizerObjective(
                    manager,
                    settings(TokenizerSettings.Loss.paper()),
                    TRAINING,
                    Optional.empty(),
                    last()));
    assertTrue(e.getMessage().contains("feature"));
  }

  @Test
  void theGeneratorTermHasItsGradientAndGivesTheJudgeNone() {
    try (Adversary adversary =
        new Adversary(manager, TokenizerSettings.tiny().autoencoder(), TRAINING)) {
      NDArray decoded = images(1);
      Function<NDArray, NDArray> loss = adversary::generator;
      assertIsGradient(gradient(decoded, loss), decoded, loss);
      for (NDArray array : adversary.parameters().list()) {
        assertFalse(array.hasGradient() && anyNonZero(array.getGradient()));
      }
    }
  }

  private static boolean anyNonZero(NDArray array) {
    for (float value : array.toFloatArray()) {
      if (value != 0) {
        return true;
      }
    }
    return false;
  }

  @Test
  void theJudgesHingeHasItsGradientAndGivesTheDecoderNone() {
    try (Adversary adversary =
        new Adversary(manager, TokenizerSettings.tiny().autoencoder(), TRAINING)) {
      NDArray x = images(0);
      NDArray decoded = images(1);
      Torch.requireGradient(decoded);
      NDArray weight = adversary.parameters().arrays().get("layer1.weight");
      float[] gradient =
          Torch.withGradients(
              true,
              () -> {
                adversary.learn(x, decoded, 1);
                return weight.getGradient().toFloatArray();
              });
      assertFalse(decoded.hasGradient() && anyNonZero(decoded.getGradient()));
      float[] before = weight.toFloatArray();
      assertIsGradient(
          gradient,
          weight,
          moved -> {
            moved.copyTo(weight);
            NDArray loss = Torch.withGradients(true, () -> adversary.learn(x, decoded, 1));
            manager.create(before, weight.getShape()).copyTo(weight);
            return loss;
          });
    }
  }

  @Test
  void theHingeOfKnownJudgements() {
    try (PatchDiscriminator judge =
        new PatchDiscriminator(resgen.nn.Parameters.on(manager, 0), 1, 8, 1)) {
      NDArray real = Torch.floats(manager, new float[] {2, 0.5f, -1}, 3);
      NDArray fake = Torch.floats(manager, new float[] {-2, 0, 1}, 3);
      assertEquals(0.5 * (2.5 / 3 + 3 / 3.0), judge.hinge(real, fake).getFloat(), 1e-6);
    }
  }

  @Test
  void theAdaptiveWeightIsTheRatioOfTheGradientsAtTheLastLayer() {
    TokenizerSettings settings = settings(new TokenizerSettings.Loss(0.25, 0, 0.75, 0.5, 0));
    NDArray last = last();
    NDArray pattern = images(1);
    NDArray base = images(2); // the judge's norms make it blind to a mere factor
    Supplier<NDArray> decode = () -> base.add(pattern.mul(last));
    NDArray x = images(0);
    try (Adversary twin = new Adversary(manager, settings.autoencoder(), TRAINING);
        TokenizerObjective objective =
            new TokenizerObjective(manager, settings, TRAINING, Optional.empty(), last)) {
      float close = one(last, () -> decode.get().sub(x).square().mean());
      float judged = one(last, () -> twin.generator(decode.get()));
      float[] total = new float[1];
      Trainable.Loss loss =
          Torch.withGradients(
              true,
              () -> {
                clear(last);
                Trainable.Loss l =
                    objective.of(x, decode.get(), Optional.empty(), 50, 1, Optional.empty());
                Torch.backward(l.total());
                total[0] = last.getGradient().toFloatArray()[0];
                return l;
              });
      float weight = loss.parts().get("adaptive_weight").getFloat();
      assertEquals(Math.abs(close) / (Math.abs(judged) + 1e-4), weight, 1e-3 * weight);
      assertEquals(close + 0.75 * weight * judged, total[0], 2e-3 * Math.abs(close));
      Trainable.Loss before =
          objective.of(x, decode.get(), Optional.empty(), 49, 1, Optional.empty());
      assertFalse(before.parts().containsKey("adversarial"));
    }
  }

  private static float one(NDArray last, Supplier<NDArray> loss) {
    return Torch.withGradients(
        true,
        () -> {
          clear(last);
          Torch.backward(loss.get());
          return last.getGradient().toFloatArray()[0];
        });
  }

  private static void clear(NDArray leaf) {
    if (leaf.hasGradient()) {
      Torch.withGradients(false, () -> leaf.getGradient().subi(leaf.getGradient()));
    }
  }

  @Test
  void theStraightThroughGradientIsTheIdentity() {
    NDArray latent = images(0);
    NDArray quantized = images(1);
    Torch.requireGradient(latent);
    NDArray weights = images(2);
    float[] gradient =
        Torch.withGradients(
            true,
            () -> {
              NDArray z = TokenizerTraining.straightThrough(latent, quantized);
              assertArrayEquals(quantized.toFloatArray(), z.toFloatArray(), 1e-5f);
              Torch.backward(z.mul(weights).sum());
              return latent.getGradient().toFloatArray();
            });
    assertArrayEquals(weights.toFloatArray(), gradient, 1e-6f);
  }
}
