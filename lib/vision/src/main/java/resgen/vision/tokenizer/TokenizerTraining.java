package resgen.vision.tokenizer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import resgen.nn.Parameters;
import resgen.noise.Noise;
import resgen.quantize.BatchVectors;
import resgen.quantize.Codebooks;
import resgen.quantize.Quantizer;
import resgen.quantize.QuantizerSettings;
import resgen.quantize.Spread;
import resgen.settings.Json;
import resgen.settings.SourceCommit;
import resgen.token.Batches;
import resgen.torch.Precision;
import resgen.torch.Torch;
import resgen.torch.WeightFile;
import resgen.torch.WeightFormat;
import resgen.train.Checkpoint;
import resgen.train.Listener;
import resgen.train.Trainable;
import resgen.train.Trainer;
import resgen.train.Training;
import resgen.vision.Images;

/**
 * A tokenizer while it learns: autoencoder by gradients, codebooks by their own updates, with a
 * straight-through gradient from decoder to encoder. At the end it is frozen into a {@link
 * Tokenizer}.
 */
final class TokenizerTraining implements Trainable, AutoCloseable {

  /** Images from which scale and deviations are measured. */
  private static final int MEASURED = 10_000;

  private static final int BATCH = 200;
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
  private final BatchVectors batch = new BatchVectors();
  private Optional<NDArray> balance = Optional.empty(); // of a batch that is cut into parts
  private Batches batches;
  private boolean begun; // what started says, once it is known to be 1

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
    this.images = fit(images, settings);
    this.validation = fit(validation.take(VALIDATION), settings);
    manager = Torch.manager();
    parameters = Parameters.on(manager, training.seed());
    noise = Noise.of(training.seed()).fork("tokenizer");
    network =
        new Autoencoder(parameters, settings.autoencoder(), Precision.of(settings.precision()));
    quantizer = Quantizer.of(manager, settings.quantizer(), noise.fork("codebooks"));
    started = manager.zeros(new Shape(1));
    objective =
        new TokenizerObjective(
            manager, settings, training, features, parameters.arrays().get(LAST_LAYER));
  }

  private static Images fit(Images images, TokenizerSettings settings) {
    AutoencoderSettings s = settings.autoencoder();
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

  /** Fingerprints of the images, and the names of their classes, which their tokens will have. */
  @Override
  public Map<String, String> inputs() {
    return Map.of(
        "data",
        images.fingerprint(),
        "validation",
        validation.fingerprint(),
        Checkpoint.CLASSES,
        Json.line(images.classNames()));
  }

  /**
   * A part of a batch on its way through.
   *
   * @param x the images, {@code [B, C, S, S]}
   * @param latent {@code [B, L, H]}
   * @param quantized codes {@code [B·L, D]} and partial sums; empty before quantizing
   * @param decoded {@code [B, C, S, S]}
   */
  private record Pass(
      NDArray x, NDArray latent, Optional<Quantizer.Quantized> quantized, NDArray decoded) {

    /** The mean squared distance of the latents to their partial sums, over all depths. */
    Optional<NDArray> commitment() {
      return quantized.map(
          q -> {
            Shape shape = latent.getShape();
            NDArray partial =
                q.partial().reshape(-1, shape.get(0), shape.get(1), shape.get(2)); // [D, B, L, H]
            NDArray difference = partial.sub(latent.expandDims(0));
            return difference.mul(difference).mean();
          });
    }
  }

  @Override
  public Loss loss(Training training, long step, int from, int count) {
    if (from == 0) {
      forget(); // a step that failed leaves its parts
      if (count < training.batch() && objective.judges(step)) {
        balance = Optional.of(balance(training, step, count));
      }
    }
    Pass pass = pass(training, step, from, count);
    pass.quantized().ifPresent(q -> batch.add(flat(pass.latent().stopGradient()), q.codes()));
    double share = (double) count / training.batch();
    return objective.of(pass.x(), pass.decoded(), pass.commitment(), step, share, balance);
  }

  private Pass pass(Training training, long step, int from, int count) {
    NDArray x = batch(images, indices(training, step, from, count));
    NDArray latent = network.encode(x);
    if (step < Math.floor(settings.loss().quantizeFrom() * training.steps())) {
      return new Pass(x, latent, Optional.empty(), network.decode(latent));
    }
    Quantizer.Quantized quantized =
        Torch.withGradients(
            false,
            () -> {
              start();
              return quantizer.quantize(flat(latent.stopGradient()));
            });
    NDArray z = straightThrough(latent, quantized.vectors().reshape(latent.getShape()));
    return new Pass(x, latent, Optional.of(quantized), network.decode(z));
  }

  /** {@code [B, L, H] → [B·L, H]}. */
  private static NDArray flat(NDArray latent) {
    return latent.reshape(-1, latent.getShape().get(2));
  }

  /** The value of {@code quantized} with the gradient of {@code latent}. */
  static NDArray straightThrough(NDArray latent, NDArray quantized) {
    return latent.add(quantized.sub(latent).stopGradient());
  }

  /**
   * The adversarial term's adaptive weight of a whole batch that is cut into parts: one more pass
   * of all of them, so that the parts give what the batch would give.
   */
  private NDArray balance(Training training, long step, int count) {
    try (NDManager kept = manager.newSubManager()) {
      NDArray[] sums = new NDArray[2];
      for (int from = 0; from < training.batch(); from += count) {
        try (NDScope scope = new NDScope()) {
          scope.suppressNotUsedWarning();
          Pass pass = pass(training, step, from, count);
          NDList slopes = objective.slopes(pass.x(), pass.decoded());
          for (int i = 0; i < 2; i++) {
            NDArray sum = sums[i] == null ? slopes.get(i) : sums[i].add(slopes.get(i));
            sum.attach(kept);
            NDScope.unregister(sum);
            sums[i] = sum;
          }
        }
      }
      NDArray weight = objective.balance(sums[0], sums[1], training.batch() / count);
      weight.attach(manager);
      NDScope.unregister(weight);
      return weight;
    }
  }

  private void forget() {
    batch.close();
    balance.ifPresent(NDArray::close);
    balance = Optional.empty();
  }

  /** The discriminator's step, and the codebooks': one each, whatever the parts of the batch. */
  @Override
  public void afterStep(Training training, long step) {
    objective.afterStep(training, step - 1);
    batch.learn(quantizer, noise.stream(step - 1, 0));
    forget();
  }

  /** Starts the codebooks at the first step that quantizes. */
  private void start() {
    if (begun || started.getFloat(0) > 0) {
      begun = true;
      return;
    }
    if (settings.quantizer().kmeans()) {
      int count = Math.min(images.size(), Math.max(1, KMEANS_VECTORS / settings.positions()));
      int[] chosen = Arrays.copyOf(noise.stream(-1).permutation(images.size()), count);
      try {
        Torch.scoped(
            () -> {
              NDArray latent = network.encode(batch(images, chosen));
              quantizer.startFrom(flat(latent), noise.fork("kmeans"));
              return null;
            });
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(images.name() + ": " + e.getMessage(), e);
      }
    }
    started.set(new NDIndex(0), 1f);
    begun = true;
  }

  /** Codebooks that start from k-means need a vector for each of their codes. */
  private void checkVectors() {
    int codes = settings.quantizer().codes();
    long vectors = (long) images.size() * settings.positions();
    if (settings.quantizer().kmeans() && vectors < codes) {
      throw new IllegalArgumentException(
          "%s: %,d images of %d positions are too few for codebooks of %d codes; more images, or quantizer.codes of at most %d"
              .formatted(images.name(), images.size(), settings.positions(), codes, vectors));
    }
  }

  /** Images whose latents are equal before training have equal ones whatever is learned. */
  private void checkSpread() {
    Spread latents = new Spread(settings.quantizer().dimension());
    for (int[] some : Batches.inOrder(images.size(), BATCH)) {
      latents.add(
          Torch.withGradients(
              false, () -> Torch.scoped(() -> network.encode(batch(images, some)).toFloatArray())));
      if (latents.varies()) {
        return;
      }
    }
    latents.deviation("the latents of " + images.name());
  }

  private int[] indices(Training training, long step, int from, int count) {
    if (batches == null) {
      batches = Batches.of(images.size(), training.batch(), training.seed());
    }
    int[] all = batches.indices(step);
    return Arrays.copyOfRange(all, from, from + count);
  }

  private NDArray batch(Images of, int[] indices) {
    return batch(manager, of, indices);
  }

  private static NDArray batch(NDManager manager, Images of, int[] indices) {
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
          for (int[] indices : Batches.inOrder(validation.size(), BATCH)) {
            NDArray x = batch(validation, indices);
            NDArray latent = network.encode(x);
            NDArray z = latent;
            if (started.getFloat(0) > 0) {
              z = quantizer.quantize(flat(latent)).vectors().reshape(latent.getShape());
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

  @Override
  public void close() {
    forget();
    objective.close();
    parameters.close();
    manager.close();
  }

  /** {@link Tokenizer#train(Images, TokenizerSettings, Training, Optional, Optional, Listener)}. */
  static Tokenizer train(
      Images images,
      TokenizerSettings settings,
      Training training,
      Optional<FeatureDistance> features,
      Optional<Path> folder,
      Listener listener) {
    int held = Math.min(VALIDATION, images.size() / 10);
    int kept = images.size() - held;
    Images learned = images.take(kept);
    Images validation = held == 0 ? images : images.range(kept, images.size());
    try (TokenizerTraining model =
            new TokenizerTraining(settings, learned, validation, training, features);
        Trainer trainer = new Trainer(model, training, folder, listener)) {
      model.checkVectors();
      model.checkSpread();
      long steps = trainer.run().steps();
      return freeze(
          settings,
          origin(images, training, steps),
          trainer.ema().averages(),
          model.quantizer.state().get("books").toFloatArray(),
          learned);
    }
  }

  /** {@link Tokenizer#fromCheckpoint}. */
  static Tokenizer checkpoint(Path path, Images train) {
    return WeightFile.read(
        path,
        Trainer.CHECKPOINT,
        file -> {
          TokenizerSettings settings =
              file.metadata("settings", text -> Json.read(text, TokenizerSettings.class));
          Training training = file.metadata("training", text -> Json.read(text, Training.class));
          long step = file.metadata("step", Long::parseLong);
          QuantizerSettings q = settings.quantizer();
          float[] books = file.floats("state.books", q.depth(), q.codes(), q.dimension());
          file.check("ema.", TokenizerModel.plan(settings, file.bound()).shapes());
          try (NDManager manager = Torch.manager()) {
            Map<String, NDArray> weights = file.arrays(manager, "ema.");
            return freeze(settings, origin(train, training, step), weights, books, train);
          }
        });
  }

  private static Tokenizer.Origin origin(Images images, Training training, long step) {
    return new Tokenizer.Origin(
        images.name(),
        images.fingerprint(),
        images.height(),
        images.width(),
        images.classNames(),
        training,
        step,
        SourceCommit.current());
  }

  /**
   * Rounds the weights to half precision, as they will be stored, and then measures with them: the
   * scale, 1 over the latents' total standard deviation, and σ_j, the root of the mean squared
   * entry of the residual after depth j, at least 1e-6.
   *
   * @param books {@code [D, V, H]} in units of the latents
   * @throws IllegalArgumentException if the latents of the images have no spread
   */
  private static Tokenizer freeze(
      TokenizerSettings settings,
      Tokenizer.Origin origin,
      Map<String, NDArray> weights,
      float[] books,
      Images train) {
    int depth = settings.quantizer().depth();
    int codes = settings.quantizer().codes();
    int h = settings.quantizer().dimension();
    NDManager manager = Torch.manager();
    try (NDManager raw = Torch.manager()) {
      Map<String, NDArray> halves = new LinkedHashMap<>();
      weights.forEach((name, array) -> halves.put(name, WeightFormat.rounded(raw, array)));
      Parameters parameters = Parameters.on(manager, 0);
      Autoencoder network = TokenizerModel.network(parameters, settings);
      parameters.load(halves);
      float[] sigma = new float[depth];
      Arrays.fill(sigma, 1);
      Codebooks unscaled = Codebooks.of(raw, books, sigma, depth, codes, h);
      Spread latents = new Spread(h);
      double[] errors = errors(network, unscaled, fit(measured(train), settings), raw, latents);
      float scale = (float) (1 / latents.deviation("the latents of " + train.name()));
      float[] scaled = new float[books.length];
      for (int i = 0; i < books.length; i++) {
        scaled[i] = books[i] * scale;
      }
      for (int j = 0; j < depth; j++) {
        double square = errors[j] / ((double) latents.count() * h);
        sigma[j] = (float) Math.max(1e-6, Math.sqrt(square) * scale);
      }
      Codebooks unit = Codebooks.of(manager, scaled, sigma, depth, codes, h);
      return new Tokenizer(
          new TokenizerModel(settings, origin, manager, parameters, network, unit, scale));
    } catch (RuntimeException e) {
      manager.close();
      throw e;
    }
  }

  /** Images that the training has not put into an order, {@value #MEASURED} at most. */
  private static Images measured(Images train) {
    int[] order = Noise.of(0).fork("measure").stream(0).permutation(train.size());
    return train.subset(Arrays.copyOf(order, Math.min(MEASURED, order.length)));
  }

  /** Σ ‖h_j‖² of all latents after each depth; the latents themselves are added to a spread. */
  private static double[] errors(
      Autoencoder network, Codebooks books, Images images, NDManager manager, Spread latents) {
    double[] sums = new double[books.depth()];
    for (int[] batch : Batches.inOrder(images.size(), BATCH)) {
      float[] errors =
          Torch.scoped(
              () -> {
                NDArray z = flat(network.encode(batch(manager, images, batch))); // [B·L, H]
                latents.add(z.toFloatArray());
                return books.encode(z).errors().toFloatArray(); // [B·L, D]
              });
      for (int i = 0; i < errors.length; i++) {
        sums[i % sums.length] += errors[i];
      }
    }
    return sums;
  }
}
