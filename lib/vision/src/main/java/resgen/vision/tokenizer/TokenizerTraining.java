package resgen.vision.tokenizer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import resgen.nn.Parameters;
import resgen.noise.Noise;
import resgen.quantize.Quantizer;
import resgen.token.Batches;
import resgen.torch.Precision;
import resgen.torch.Torch;
import resgen.train.Trainable;
import resgen.train.Training;
import resgen.vision.Images;

/**
 * A tokenizer while it learns: autoencoder by gradients, codebooks by their own updates, with a
 * straight-through gradient from decoder to encoder.
 */
final class TokenizerTraining implements Trainable, AutoCloseable {

  private static final int KMEANS_VECTORS = 16_384;
  private static final int VALIDATION = 1000;
  private static final String LAST_LAYER = "decoder.image.weight";

  private final TokenizerSettings settings;
  private final Images images;
  private final Images validation;
  private final NDManager manager;
  private final Parameters parameters;
  private final Autoencoder network;
  private final Quantizer quantizer;
  private final Noise noise;
  private final NDArray started; // [1], 1 once the codebooks have started
  private final TokenizerObjective objective;
  private Batches batches;

  /**
   * A tokenizer at its start.
   *
   * @param validation the first 1000 are used
   * @param features needed if the settings weigh features
   */
  TokenizerTraining(
      TokenizerSettings settings,
      Images images,
      Images validation,
      Training training,
      Optional<FeatureDistance> features) {
    this.settings = settings;
    this.images = fit(images, settings.autoencoder());
    this.validation =
        fit(validation.take(Math.min(VALIDATION, validation.size())), settings.autoencoder());
    manager = Torch.manager();
    parameters = Parameters.on(manager, training.seed());
    noise = Noise.of(training.seed()).fork("tokenizer");
    network =
        new Autoencoder(parameters, settings.autoencoder(), Precision.of(settings.precision()));
    quantizer = new Quantizer(manager, settings.quantizer(), noise.fork("codebooks"));
    started = manager.zeros(new Shape(1));
    objective =
        new TokenizerObjective(
            manager, settings, training, features, parameters.arrays().get(LAST_LAYER));
  }

  static Images fit(Images images, AutoencoderSettings s) {
    if (images.channels() != s.channels()) {
      throw new IllegalArgumentException(
          "%s has %d channels; the tokenizer takes %d"
              .formatted(images.name(), images.channels(), s.channels()));
    }
    if (images.height() == s.imageSize() && images.width() == s.imageSize()) {
      return images;
    }
    return images.padTo(s.imageSize(), s.imageSize());
  }

  @Override
  public TokenizerSettings settings() {
    return settings;
  }

  @Override
  public Parameters parameters() {
    return parameters;
  }

  @Override
  public Loss loss(Training training, long step, int from, int count) {
    NDArray x = batch(images, indices(training, step, from, count)); // [B, C, S, S]
    NDArray latent = network.encode(x); // [B, L, H]
    boolean quantizes = step >= Math.floor(settings.loss().quantizeFrom() * training.steps());
    NDArray z = latent;
    Optional<NDArray> commitment = Optional.empty();
    if (quantizes) {
      NDArray partial = quantize(latent.stopGradient(), step, from); // [D, B, L, H]
      NDArray difference = partial.sub(latent.expandDims(0));
      commitment = Optional.of(difference.mul(difference).mean());
      z = straightThrough(latent, partial.get(settings.quantizer().depth() - 1)); // [B, L, H]
    }
    double share = (double) count / training.batch();
    return objective.of(x, network.decode(z), commitment, step, share);
  }

  /** The value of {@code quantized} with the gradient of {@code latent}. */
  static NDArray straightThrough(NDArray latent, NDArray quantized) {
    return latent.add(quantized.sub(latent).stopGradient());
  }

  @Override
  public void afterStep(Training training, long step) {
    objective.afterStep(training, step - 1);
  }

  private NDArray quantize(NDArray latent, long step, int from) {
    int d = settings.quantizer().depth();
    Shape shape = latent.getShape();
    return Torch.withGradients(
        false,
        () -> {
          if (settings.quantizer().kmeans() && started.getFloat(0) == 0) {
            start();
          }
          started.set(new NDIndex(0), 1f);
          NDArray flat = latent.reshape(-1, shape.get(2));
          return quantizer
              .quantize(flat, true, noise.stream(step, from))
              .reshape(d, shape.get(0), shape.get(1), shape.get(2));
        });
  }

  private void start() {
    int perImage = settings.positions();
    int count = Math.min(images.size(), Math.max(1, KMEANS_VECTORS / perImage));
    int[] chosen = Arrays.copyOf(noise.stream(-1).permutation(images.size()), count);
    Torch.scoped(
        () -> {
          NDArray latent = network.encode(batch(images, chosen));
          quantizer.startFrom(
              latent.reshape(-1, settings.quantizer().dimension()), noise.fork("kmeans"));
          return null;
        });
  }

  private int[] indices(Training training, long step, int from, int count) {
    if (batches == null) {
      batches = Batches.of(images.size(), training.batch(), training.seed());
    }
    int[] all = batches.indices(step);
    return Arrays.copyOfRange(all, from, from + count);
  }

  private NDArray batch(Images of, int[] indices) {
    return Torch.floats(
        manager, of.normalized(indices), indices.length, of.channels(), of.height(), of.width());
  }

  @Override
  public Map<String, NDArray> state() {
    Map<String, NDArray> state = new LinkedHashMap<>(quantizer.state());
    state.put("started", started);
    state.putAll(objective.state());
    return state;
  }

  @Override
  public Map<String, Double> validate(Training training) {
    return Torch.scoped(
        () -> {
          double sum = 0;
          for (int[] indices : Batches.inOrder(validation.size(), 200)) {
            NDArray x = batch(validation, indices);
            NDArray latent = network.encode(x);
            NDArray z = latent;
            if (started.getFloat(0) > 0) {
              NDArray flat = latent.reshape(-1, latent.getShape().get(2));
              z =
                  quantizer
                      .quantize(flat, false, null)
                      .get(settings.quantizer().depth() - 1)
                      .reshape(latent.getShape());
            }
            NDArray error = network.decode(z).sub(x);
            sum += error.mul(error).mean().getFloat() * indices.length;
          }
          double mse = sum / validation.size();
          Map<String, Double> values = new LinkedHashMap<>();
          values.put("validation_mse", mse);
          values.put("validation_psnr", 10 * Math.log10(4 / mse));
          return values;
        });
  }

  Quantizer quantizer() {
    return quantizer;
  }

  @Override
  public void close() {
    objective.close();
    parameters.close();
    manager.close();
  }
}
