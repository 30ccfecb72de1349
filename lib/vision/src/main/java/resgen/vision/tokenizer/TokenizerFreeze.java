package resgen.vision.tokenizer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import resgen.nn.Parameters;
import resgen.noise.Noise;
import resgen.quantize.Codebooks;
import resgen.quantize.QuantizerSettings;
import resgen.settings.Json;
import resgen.settings.SourceCommit;
import resgen.token.Batches;
import resgen.torch.Torch;
import resgen.torch.WeightFile;
import resgen.torch.WeightFormat;
import resgen.train.Listener;
import resgen.train.Trainer;
import resgen.train.Training;
import resgen.vision.Images;

/** Turns trained weights and codebooks into a {@link Tokenizer}. */
final class TokenizerFreeze {

  /** Images from which scale and deviations are measured. */
  private static final int MEASURED = 10_000;

  private static final int BATCH = 200;

  private TokenizerFreeze() {}

  static Tokenizer train(
      Images images,
      TokenizerSettings settings,
      Training training,
      Optional<FeatureDistance> features,
      Optional<Path> folder,
      Listener listener) {
    int held = Math.min(1000, images.size() / 10);
    int kept = images.size() - held;
    Images learned = images.take(kept);
    Images validation =
        held == 0 ? images : images.subset(IntStream.range(kept, images.size()).toArray());
    try (TokenizerTraining model =
            new TokenizerTraining(settings, learned, validation, training, features);
        Trainer trainer = new Trainer(model, training, folder, listener)) {
      long steps = trainer.run().steps();
      NDArray books = model.quantizer().state().get("books");
      return freeze(
          settings,
          origin(images, training, steps),
          trainer.ema().averages(),
          books.toFloatArray(),
          learned);
    }
  }

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
          file.check("ema.", TokenizerFile.plan(settings, file.bound()).shapes());
          try (NDManager manager = Torch.manager()) {
            Map<String, NDArray> weights = file.arrays(manager, "ema.");
            return freeze(settings, origin(train, training, step), weights, books, train);
          }
        });
  }

  private static TokenizerOrigin origin(Images images, Training training, long step) {
    return new TokenizerOrigin(
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
   * entry of the residual after depth j.
   */
  static Tokenizer freeze(
      TokenizerSettings settings,
      TokenizerOrigin origin,
      Map<String, NDArray> weights,
      float[] books,
      Images train) {
    NDManager manager = Torch.manager();
    Parameters parameters = Parameters.on(manager, 0);
    Autoencoder network = Tokenizer.network(parameters, settings);
    try (NDManager rounded = Torch.manager()) {
      Map<String, NDArray> halves = new LinkedHashMap<>();
      weights.forEach((name, array) -> halves.put(name, WeightFormat.rounded(rounded, array)));
      parameters.load(halves);
    }
    int depth = settings.quantizer().depth();
    int codes = settings.quantizer().codes();
    float[] ones = new float[depth];
    Arrays.fill(ones, 1);
    Tokenizer raw =
        new Tokenizer(
            settings,
            origin,
            manager,
            parameters,
            network,
            Codebooks.of(manager, books, ones, depth, codes, settings.quantizer().dimension()),
            1);
    Measured measured = measure(raw, train);
    float scale = (float) (1 / measured.deviation());
    float[] scaled = new float[books.length];
    for (int i = 0; i < books.length; i++) {
      scaled[i] = books[i] * scale;
    }
    float[] sigma = new float[depth];
    for (int j = 0; j < depth; j++) {
      sigma[j] = (float) Math.max(1e-6, measured.residual()[j] * scale);
    }
    Codebooks unit =
        Codebooks.of(manager, scaled, sigma, depth, codes, settings.quantizer().dimension());
    return new Tokenizer(settings, origin, manager, parameters, network, unit, scale);
  }

  /**
   * What the latents of training images are like.
   *
   * @param deviation root of the latents' variance around their mean, averaged over dimensions
   * @param residual root of the mean squared residual entry after each depth
   */
  private record Measured(double deviation, double[] residual) {}

  private static Measured measure(Tokenizer raw, Images train) {
    int[] order = Noise.of(0).fork("measure").stream(0).permutation(train.size());
    int[] chosen = Arrays.copyOf(order, Math.min(MEASURED, order.length));
    int h = raw.codebooks().dimension();
    double[] sum = new double[h];
    double squares = 0;
    double[] errors = new double[raw.codebooks().depth()];
    long rows = 0;
    for (int[] batch : Batches.inOrder(chosen.length, BATCH)) {
      int[] images = Arrays.stream(batch).map(i -> chosen[i]).toArray();
      float[][] both =
          Torch.scoped(
              () -> {
                NDArray z = raw.encode(raw.pixels(train, images)).reshape(-1, h);
                return new float[][] {
                  z.toFloatArray(), raw.codebooks().encode(z).errors().toFloatArray()
                };
              });
      rows += both[0].length / h;
      for (int i = 0; i < both[0].length; i++) {
        sum[i % h] += both[0][i];
        squares += (double) both[0][i] * both[0][i];
      }
      for (int i = 0; i < both[1].length; i++) {
        errors[i % errors.length] += both[1][i];
      }
    }
    double variance = squares / ((double) rows * h);
    for (double s : sum) {
      variance -= s / rows * (s / rows) / h;
    }
    double count = (double) rows * h;
    return new Measured(
        Math.sqrt(variance), Arrays.stream(errors).map(e -> Math.sqrt(e / count)).toArray());
  }
}
