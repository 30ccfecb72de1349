package resgen.audio.codec;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import resgen.audio.LogMel;
import resgen.audio.MelTransform;
import resgen.audio.Speech;
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
import resgen.torch.WeightFormat;
import resgen.train.Checkpoint;
import resgen.train.Listener;
import resgen.train.Trainable;
import resgen.train.Trainer;
import resgen.train.Training;

/**
 * A Mel-VAE while it learns, on random crops of utterances: the autoencoder by gradients of the
 * mean absolute error (in standard deviations) and the commitment, codebooks by their own updates,
 * with a straight-through gradient from decoder to encoder.
 */
final class MelVaeTraining implements Trainable, AutoCloseable {

  private static final int VALIDATION = 64; // utterances
  private static final int MEASURED = 16_384; // positions that codebooks start from
  private static final int BATCH = 64;

  private final MelVaeSettings settings;
  private final Speech speech;
  private final Speech held;
  private final List<LogMel> mels;
  private final List<LogMel> validation;
  private final double level;
  private final double deviation;
  private final NDManager manager = Torch.manager();
  private final Parameters parameters;
  private final MelVae network;
  private final Quantizer quantizer;
  private final Noise noise;
  private final NDArray started; // [1], 1 once the codebooks have started
  private final BatchVectors batch = new BatchVectors();
  private Batches batches;
  private boolean begun;

  MelVaeTraining(Speech speech, Speech validation, MelVaeSettings settings, Training training) {
    this.settings = settings;
    this.speech = speech;
    held = validation.range(0, Math.min(VALIDATION, validation.size()));
    mels = mels(speech, settings);
    this.validation = mels(held, settings);
    double sum = 0;
    double squares = 0;
    long count = 0;
    for (LogMel mel : mels) {
      for (float v : mel.values()) {
        sum += v;
        squares += (double) v * v;
        count++;
      }
    }
    level = sum / count;
    deviation = Math.sqrt(squares / count - level * level);
    if (!(deviation > 1e-6)) {
      throw new IllegalArgumentException(speech.name() + ": all spectrograms are alike");
    }
    parameters = Parameters.on(manager, training.seed());
    network = new MelVae(parameters, settings, Precision.of(settings.precision()));
    noise = Noise.of(training.seed()).fork("mel codec");
    quantizer = Quantizer.of(manager, settings.quantizer(), noise.fork("codebooks"));
    started = manager.zeros(new Shape(1));
  }

  /** Spectrograms of at least a crop: shorter ones end in their last frame. */
  private static List<LogMel> mels(Speech speech, MelVaeSettings settings) {
    List<LogMel> all = new ArrayList<>();
    try (MelTransform transform = new MelTransform(settings.mel())) {
      for (int i = 0; i < speech.size(); i++) {
        if (Thread.currentThread().isInterrupted()) {
          throw new CancellationException(
              "interrupted after reading %,d of %,d spectrograms".formatted(i, speech.size()));
        }
        LogMel mel = transform.of(speech.get(i));
        all.add(mel.frames() < settings.crop() ? SpeechCodec.filled(mel, settings.crop()) : mel);
      }
    }
    return all;
  }

  @Override
  public MelVaeSettings settings() {
    return settings;
  }

  @Override
  public Parameters parameters() {
    return parameters;
  }

  @Override
  public Map<String, String> inputs() {
    return Map.of(
        "data",
        speech.fingerprint(),
        "validation",
        held.fingerprint(),
        Checkpoint.CLASSES,
        Json.line(speech.speakers()));
  }

  /** Crops of utterances, normalised: {@code [B, crop, M]}. */
  private NDArray crops(List<LogMel> of, int[] chosen, Noise.Stream places) {
    int m = settings.mel().mels();
    float[] values = new float[chosen.length * settings.crop() * m];
    for (int i = 0; i < chosen.length; i++) {
      LogMel mel = of.get(chosen[i]);
      int from = places.nextInt(mel.frames() - settings.crop() + 1);
      for (int f = 0; f < settings.crop(); f++) {
        for (int b = 0; b < m; b++) {
          values[(i * settings.crop() + f) * m + b] =
              (float) ((mel.get(from + f, b) - level) / deviation);
        }
      }
    }
    return Torch.floats(manager, values, chosen.length, settings.crop(), m);
  }

  @Override
  public Loss loss(Training training, long step, int from, int count) {
    if (from == 0) {
      batch.close(); // a step that failed leaves its parts
    }
    if (batches == null) {
      batches = Batches.of(mels.size(), training.batch(), training.seed());
    }
    int[] chosen = Arrays.copyOfRange(batches.indices(step), from, from + count);
    NDArray x = crops(mels, chosen, noise.stream(step, from, 1)); // [B, T, M]
    NDArray latent = network.encode(x); // [B, L, H]
    if (step < Math.floor(settings.quantizeFrom() * training.steps())) {
      NDArray error = network.decode(latent).sub(x).abs().mean();
      return Loss.of(error, "reconstruction", error);
    }
    Quantizer.Quantized quantized =
        Torch.withGradients(
            false,
            () -> {
              start();
              return quantizer.quantize(flat(latent.stopGradient()));
            });
    batch.add(flat(latent.stopGradient()), quantized.codes());
    NDArray vectors = quantized.vectors().reshape(latent.getShape());
    NDArray z = latent.add(vectors.sub(latent).stopGradient()); // straight through
    NDArray error = network.decode(z).sub(x).abs().mean();
    Shape shape = latent.getShape();
    NDArray partial =
        quantized.partial().reshape(-1, shape.get(0), shape.get(1), shape.get(2)); // [D, B, L, H]
    NDArray apart = partial.sub(latent.expandDims(0));
    NDArray commitment = apart.mul(apart).mean();
    NDArray total = error.add(Torch.scale(commitment, settings.commitment()));
    return Loss.of(total, "reconstruction", error, "commitment", commitment);
  }

  /** {@code [B, L, H] → [B·L, H]}. */
  private static NDArray flat(NDArray latent) {
    return latent.reshape(-1, latent.getShape().get(2));
  }

  @Override
  public void afterStep(Training training, long step) {
    batch.learn(quantizer, noise.stream(step - 1, 0));
  }

  /** Starts the codebooks at the first step that quantizes. */
  private void start() {
    if (begun || started.getFloat(0) > 0) {
      begun = true;
      return;
    }
    if (settings.quantizer().kmeans()) {
      float[] latents = latents(network, MEASURED);
      Torch.scoped(
          () -> {
            int h = settings.quantizer().dimension();
            quantizer.startFrom(
                Torch.floats(manager, latents, latents.length / h, h), noise.fork("kmeans"));
            return null;
          });
    }
    started.set(new NDIndex(0), 1f);
    begun = true;
  }

  /**
   * Latents of one crop each of utterances in a fixed random order, {@code [N, H]} in row order.
   */
  private float[] latents(MelVae of, int most) {
    int each = settings.crop() / settings.stride() * settings.quantizer().dimension();
    int h = settings.quantizer().dimension();
    int count = Math.max(1, most * h / each);
    Noise fixed = Noise.of(0).fork("measure");
    int[] order = fixed.stream(0).permutation(mels.size());
    float[] all = new float[count * each];
    for (int from = 0; from < count; from += BATCH) {
      int[] chosen = new int[Math.min(BATCH, count - from)];
      for (int i = 0; i < chosen.length; i++) {
        chosen[i] = order[(from + i) % order.length];
      }
      Noise.Stream places = fixed.stream(1, from);
      float[] some =
          Torch.scoped(() -> of.encode(crops(mels, chosen, places)).toFloatArray()); // [B, L, H]
      System.arraycopy(some, 0, all, from * each, some.length);
    }
    return all;
  }

  @Override
  public Map<String, NDArray> state() {
    Map<String, NDArray> state = new LinkedHashMap<>(quantizer.state());
    state.put("started", started);
    return state;
  }

  /** Mean absolute error of whole utterances in nats, and how many codes some depths use. */
  @Override
  public Map<String, Double> validate(Training training) {
    return Torch.scoped(
        () -> {
          double sum = 0;
          long count = 0;
          int depth = settings.quantizer().depth();
          boolean[][] used = new boolean[depth][settings.quantizer().codes()];
          for (LogMel mel : validation) {
            LogMel whole = SpeechCodec.filled(mel, settings.stride());
            NDArray x =
                Torch.floats(manager, whole.values(), 1, whole.frames(), settings.mel().mels());
            NDArray latent = network.encode(x.sub((float) level).div((float) deviation));
            NDArray z = latent;
            if (started.getFloat(0) > 0) {
              Quantizer.Quantized quantized = quantizer.quantize(flat(latent));
              z = quantized.vectors().reshape(latent.getShape());
              int[] codes = Torch.codes(quantized.codes());
              for (int i = 0; i < codes.length; i++) {
                used[i % depth][codes[i]] = true;
              }
            }
            NDArray y = network.decode(z).mul((float) deviation).add((float) level);
            sum += y.sub(x).abs().sum().getFloat();
            count += whole.values().length;
          }
          Map<String, Double> values = new LinkedHashMap<>();
          values.put("validation_mel_l1", sum / count);
          values.put("codes_used_first", (double) count(used[0]));
          values.put("codes_used_last", (double) count(used[depth - 1]));
          return values;
        });
  }

  private static int count(boolean[] flags) {
    int count = 0;
    for (boolean flag : flags) {
      count += flag ? 1 : 0;
    }
    return count;
  }

  @Override
  public void close() {
    batch.close();
    parameters.close();
    manager.close();
  }

  /** {@link MelCodec#train}. */
  static MelCodec train(
      Speech speech,
      Speech validation,
      MelVaeSettings settings,
      Training training,
      Optional<Path> folder,
      Listener listener) {
    try (MelVaeTraining model = new MelVaeTraining(speech, validation, settings, training);
        Trainer trainer = new Trainer(model, training, folder, listener)) {
      long steps = trainer.run().steps();
      MelCodec.Origin origin =
          new MelCodec.Origin(
              speech.name(),
              speech.fingerprint(),
              speech.speakers(),
              model.level,
              model.deviation,
              training,
              steps,
              SourceCommit.current(),
              LogMel.loudest(model.mels));
      return model.freeze(origin, trainer.ema().averages());
    }
  }

  /**
   * Rounds the weights to half floats, as they will be stored, and then measures with them the
   * scale of the latents and σ_j, the root of the mean squared residual entry after depth j.
   */
  private MelCodec freeze(MelCodec.Origin origin, Map<String, NDArray> weights) {
    QuantizerSettings q = settings.quantizer();
    int h = q.dimension();
    NDManager own = Torch.manager();
    try (NDManager raw = Torch.manager()) {
      Map<String, NDArray> halves = new LinkedHashMap<>();
      weights.forEach((name, array) -> halves.put(name, WeightFormat.rounded(raw, array)));
      Parameters frozen = Parameters.on(own, 0);
      MelVae still = MelCodec.network(frozen, settings);
      frozen.load(halves);
      float[] latents = latents(still, MEASURED);
      Spread spread = new Spread(h);
      spread.add(latents);
      float scale = (float) (1 / spread.deviation("the latents of " + speech.name()));
      float[] books = quantizer.state().get("books").toFloatArray();
      float[] ones = new float[q.depth()];
      Arrays.fill(ones, 1);
      Codebooks unscaled = Codebooks.of(raw, books, ones, q.depth(), q.codes(), h);
      float[] errors =
          Torch.scoped(
              () ->
                  unscaled
                      .encode(Torch.floats(raw, latents, latents.length / h, h))
                      .errors()
                      .toFloatArray()); // [N, D]
      double[] sums = new double[q.depth()];
      for (int i = 0; i < errors.length; i++) {
        sums[i % q.depth()] += errors[i];
      }
      float[] sigma = new float[q.depth()];
      for (int j = 0; j < sigma.length; j++) {
        sigma[j] = (float) Math.max(1e-6, Math.sqrt(sums[j] / latents.length) * scale);
      }
      for (int i = 0; i < books.length; i++) {
        books[i] *= scale;
      }
      Codebooks unit = Codebooks.of(own, books, sigma, q.depth(), q.codes(), h);
      return new MelCodec(settings, origin, own, frozen, still, unit, scale);
    } catch (RuntimeException e) {
      own.close();
      throw e;
    }
  }
}
