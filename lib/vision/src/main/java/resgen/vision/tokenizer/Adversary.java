package resgen.vision.tokenizer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.LinkedHashMap;
import java.util.Map;
import resgen.nn.Parameters;
import resgen.torch.Torch;
import resgen.train.AdamW;
import resgen.train.NonFiniteLossException;
import resgen.train.Training;

/** The discriminator of a tokenizer's training, with an optimizer of its own. */
final class Adversary implements AutoCloseable {

  private static final int LAYERS = 2;
  private static final int WIDEST = 64;

  private final Parameters parameters;
  private final PatchDiscriminator discriminator;
  private final AdamW adam;

  Adversary(NDManager manager, AutoencoderSettings s, Training training) {
    parameters = Parameters.on(manager, training.seed() + 1);
    int width = Math.min(WIDEST, Math.max(8, s.widths().get(0) / 8 * 16));
    discriminator = new PatchDiscriminator(parameters, s.channels(), width, LAYERS);
    adam = new AdamW(parameters, training.optimizer());
  }

  /** What the generator minimises: minus the mean judgement, with no gradient to the judge. */
  NDArray generator(NDArray decoded) {
    return discriminator.apply(decoded, true).mean().neg();
  }

  /** The adaptive weight, see {@link PatchDiscriminator#ratio}. */
  NDArray balance(NDArray reconstruction, NDArray generator, NDArray last) {
    NDList slopes = slopes(reconstruction, generator, last);
    return discriminator.ratio(slopes.get(0), slopes.get(1));
  }

  /** See {@link PatchDiscriminator#slopes}. */
  NDList slopes(NDArray reconstruction, NDArray generator, NDArray last) {
    return discriminator.slopes(reconstruction, generator, last);
  }

  /** The adaptive weight from sums of the slopes of so many parts of a batch. */
  NDArray balance(NDArray reconstruction, NDArray generator, int parts) {
    return discriminator.ratio(
        Torch.scale(reconstruction, 1.0 / parts), Torch.scale(generator, 1.0 / parts));
  }

  /**
   * Adds the gradient of the discriminator's hinge loss to its parameters.
   *
   * @param share of the micro-batch in the batch
   * @return the loss, for the log
   */
  NDArray learn(NDArray images, NDArray decoded, double share) {
    NDArray loss =
        discriminator.hinge(
            discriminator.apply(images, false), discriminator.apply(decoded.stopGradient(), false));
    Torch.backward(share == 1 ? loss : Torch.scale(loss, share));
    return loss.stopGradient();
  }

  /** The discriminator's optimizer step, after the batch's gradients are in. */
  void step(Training training, long step) {
    double norm = adam.gradientNorm();
    if (!Double.isFinite(norm)) {
      throw new NonFiniteLossException(step, "the discriminator's gradient norm", norm, Map.of());
    }
    adam.step(norm, training.rate().at(step, training.steps()));
  }

  /** Parameters and moments by name. */
  Map<String, NDArray> state() {
    Map<String, NDArray> state = new LinkedHashMap<>();
    parameters.arrays().forEach((name, array) -> state.put("discriminator." + name, array));
    adam.state().forEach((name, array) -> state.put("discriminator.adam." + name, array));
    return state;
  }

  Parameters parameters() {
    return parameters;
  }

  @Override
  public void close() {
    adam.close();
    discriminator.close();
    parameters.close();
  }
}
