package resgen.quantize;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Map;
import resgen.noise.Noise;

/**
 * A quantizer while it learns: vectors of dimension H to codes of D depths, and codebooks that
 * follow the vectors. {@link #freeze} gives the {@link Codebooks} that everything else uses.
 *
 * <p>Quantizing changes nothing; learning is a step of its own, once a batch, whatever parts the
 * batch was quantized in.
 */
public interface Quantizer {

  /**
   * What quantizing gave.
   *
   * @param codes {@code [N, D]} int64
   * @param partial what the first d codes stand for, d = 1 … D, {@code [D, N, H]}; the last of them
   *     is the quantized vector
   */
  record Quantized(NDArray codes, NDArray partial) {

    /** The vectors that the codes of all depths stand for, {@code [N, H]}. */
    public NDArray vectors() {
      return partial.get(partial.getShape().get(0) - 1);
    }
  }

  /**
   * A quantizer at its start.
   *
   * @param manager owns its arrays
   * @param noise drives what is random in the start
   */
  static Quantizer of(NDManager manager, QuantizerSettings settings, Noise noise) {
    return new ResidualQuantizer(manager, settings, noise);
  }

  /** The settings. */
  QuantizerSettings settings();

  /**
   * Starts the codebooks from vectors instead.
   *
   * @param vectors {@code [N, H]}
   * @throws IllegalArgumentException if they are too few, all equal, or not finite
   */
  void startFrom(NDArray vectors, Noise noise);

  /** Quantizes vectors {@code [N, H]}, without gradient, with the codebooks as they are. */
  Quantized quantize(NDArray vectors);

  /**
   * Moves the codebooks by a step, after a whole batch.
   *
   * @param vectors of the batch, {@code [N, H]}, without gradient
   * @param codes of them as {@link #quantize} gave them, {@code [N, D]}
   * @param noise drives what is random in the step
   */
  void learn(NDArray vectors, NDArray codes, Noise.Stream noise);

  /** Quantizes a batch and learns from it; returns what quantizing gave. */
  default Quantized learn(NDArray vectors, Noise.Stream noise) {
    Quantized quantized = quantize(vectors);
    learn(vectors, quantized.codes(), noise);
    return quantized;
  }

  /** Arrays that belong into checkpoints, by name; changed in place. */
  Map<String, NDArray> state();

  /** Codebooks as they are now, on {@code manager}, multiplied by {@code scale}. */
  Codebooks freeze(NDManager manager, float scale);
}
