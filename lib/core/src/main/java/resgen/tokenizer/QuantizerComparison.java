package resgen.tokenizer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import resgen.data.Images;
import resgen.data.Noise;
import resgen.rvq.Codebooks;
import resgen.rvq.Quantizer;
import resgen.rvq.QuantizerSettings;
import resgen.torch.Torch;

/**
 * Quantizers that learn from the same frozen latents in the same order: what one update does better
 * than another, without an autoencoder that moves along.
 */
public final class QuantizerComparison {

  private QuantizerComparison() {}

  /**
   * How a quantizer ended.
   *
   * @param name what it was called
   * @param settings its settings
   * @param steps batches it learned from
   * @param relativeError mean squared residual over the latents' variance, on held-out latents
   * @param lowestUsage share of codes used, at the depth where it is smallest
   * @param meanUsage share of codes used, averaged over the depths
   */
  public record Outcome(
      String name,
      QuantizerSettings settings,
      int steps,
      double relativeError,
      double lowestUsage,
      double meanUsage) {}

  /**
   * Trains each quantizer on a tokenizer's latents of images; the last fifth of them is held out.
   *
   * @param steps batches for each
   * @param batch vectors a batch
   */
  public static List<Outcome> run(
      Tokenizer tokenizer,
      Images images,
      Map<String, QuantizerSettings> quantizers,
      int steps,
      int batch,
      long seed) {
    int h = tokenizer.codebooks().dimension();
    float[] latents = TokenizerBatches.latents(tokenizer, images);
    int[] order = Noise.of(seed).fork("vectors").stream(0).permutation(latents.length / h);
    int learned = order.length - order.length / 5;
    float[] train = rows(latents, Arrays.copyOf(order, learned), h);
    float[] held = rows(latents, Arrays.copyOfRange(order, learned, order.length), h);
    List<Outcome> outcomes = new ArrayList<>();
    quantizers.forEach(
        (name, settings) -> {
          if (settings.dimension() != h) {
            throw new IllegalArgumentException(
                name + " is of dimension " + settings.dimension() + ", the latents of " + h);
          }
          outcomes.add(one(name, settings, train, held, steps, batch, seed));
        });
    return outcomes;
  }

  private static Outcome one(
      String name,
      QuantizerSettings settings,
      float[] train,
      float[] held,
      int steps,
      int batch,
      long seed) {
    int h = settings.dimension();
    int count = train.length / h;
    Noise noise = Noise.of(seed).fork("comparison");
    try (NDManager manager = Torch.manager()) {
      Quantizer quantizer = new Quantizer(manager, settings, noise.fork("codebooks"));
      if (settings.kmeans()) {
        try (NDArray all = Torch.floats(manager, train, count, h)) {
          quantizer.startFrom(all, noise.fork("kmeans"));
        }
      }
      for (int step = 0; step < steps; step++) {
        Noise.Stream stream = noise.stream(step);
        int[] chosen = new int[batch];
        Arrays.setAll(chosen, i -> stream.nextInt(count));
        float[] vectors = rows(train, chosen, h);
        Torch.scoped(
            () -> quantizer.quantize(Torch.floats(manager, vectors, batch, h), true, stream));
      }
      return measure(name, settings, quantizer.freeze(manager, 1), held, steps);
    }
  }

  private static Outcome measure(
      String name, QuantizerSettings settings, Codebooks books, float[] held, int steps) {
    int h = settings.dimension();
    int n = held.length / h;
    long[] codes = new long[n * settings.depth()];
    double[] error = new double[1];
    Torch.scoped(
        () -> {
          NDArray vectors = Torch.floats(books.array().getManager(), held, n, h);
          Codebooks.Encoded coded = books.encode(vectors);
          System.arraycopy(coded.codes().toLongArray(), 0, codes, 0, codes.length);
          NDArray centred = vectors.sub(vectors.mean(new int[] {0}, true));
          error[0] =
              coded.residual().square().mean().getFloat() / centred.square().mean().getFloat();
          return null;
        });
    double[] usage = new double[settings.depth()];
    for (int j = 0; j < usage.length; j++) {
      int level = j;
      usage[j] =
          java.util.stream.IntStream.range(0, n)
                  .mapToLong(i -> codes[i * settings.depth() + level])
                  .distinct()
                  .count()
              / (double) settings.codes();
    }
    return new Outcome(
        name,
        settings,
        steps,
        error[0],
        Arrays.stream(usage).min().orElseThrow(),
        Arrays.stream(usage).average().orElseThrow());
  }

  private static float[] rows(float[] values, int[] chosen, int width) {
    float[] rows = new float[chosen.length * width];
    for (int i = 0; i < chosen.length; i++) {
      System.arraycopy(values, chosen[i] * width, rows, i * width, width);
    }
    return rows;
  }
}
