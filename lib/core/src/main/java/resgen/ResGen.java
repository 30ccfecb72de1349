package resgen;

import java.nio.file.Path;
import java.util.Optional;
import resgen.codec.Tokens;
import resgen.model.Family;
import resgen.model.Preset;
import resgen.train.AdamW;
import resgen.train.Listener;
import resgen.train.Rate;
import resgen.train.Training;

/**
 * ResGen: masked generation of residual-vector-quantized tokens with a mixture of Gaussians. Its
 * presets, and short ways to train and load it; the other models of the {@link Family} are trained
 * by {@link Generator#train} in the same way.
 */
public final class ResGen {

  private ResGen() {}

  /** A model that trains in seconds. */
  public static Preset tiny() {
    return Family.of("resgen").preset("tiny");
  }

  /**
   * A few million parameters, for Fashion-MNIST on two cores. Its head has anchored means, which
   * the paper's has not; see {@link resgen.head.HeadSpec.Means}.
   */
  public static Preset small() {
    return Family.of("resgen").preset("small");
  }

  /** About 35 million parameters, for CIFAR-10 on a GPU. */
  public static Preset cifar() {
    return Family.of("resgen").preset("cifar");
  }

  /** The paper's model and head, for 8×8 positions of depth 8 or 16 and a thousand classes. */
  public static Preset paper(int depth) {
    return Family.of("resgen").preset("paper-rvq" + depth);
  }

  /**
   * The training that the shipped models had, for another number of steps: batches of 64, AdamW at
   * 1.5e-3 with a decay of 0.01 on matrices and gradients clipped at a norm of 50, 200 steps of
   * warm-up, a cosine, averages with a decay of 0.999.
   */
  public static Training training(long steps) {
    return Training.steps(steps)
        .optimizer(new AdamW.Settings(1.5e-3, 0.9, 0.98, 1e-8, 0.01, 50))
        .rate(Rate.cosine(Math.min(200, Math.max(1, steps / 10))))
        .every(100, 250, 1000);
  }

  /** {@link Generator#load}. */
  public static Generator load(String name) {
    return Generator.load(name);
  }

  /** {@link Generator#train(Tokens, Preset, Training)}. */
  public static Generator train(Tokens tokens, Preset preset, Training training) {
    return Generator.train(tokens, preset, training);
  }

  /** {@link Generator#train(Tokens, Preset, Training, Optional, Listener)}. */
  public static Generator train(
      Tokens tokens, Preset preset, Training training, Optional<Path> folder, Listener listener) {
    return Generator.train(tokens, preset, training, folder, listener);
  }
}
