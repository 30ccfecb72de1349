package resgen.noise;

import ai.djl.ndarray.NDArray;
import java.util.List;
import resgen.torch.Kernel;

/**
 * Streams of one noise on the device, one a row: what {@code noise.stream(keys…)} draws in Java, a
 * kernel draws for all rows at once. Integers and uniforms are equal to the last bit, Gaussians and
 * Gumbels within two units in the last place of a float.
 *
 * <p>Every method draws from the beginning of the streams; two purposes take two {@link #fork}s.
 *
 * @param noise of the run
 * @param keys int64 arrays {@code [B]} or {@code [1]}, in the order of {@link Noise#stream}'s keys;
 *     one of them at least is {@code [B]}
 */
public record Keys(Noise noise, List<NDArray> keys) {

  /** Streams of these keys. */
  public static Keys of(Noise noise, NDArray... keys) {
    return new Keys(noise, List.of(keys));
  }

  /** The same keys in a noise of its own for a purpose; see {@link Noise#fork}. */
  public Keys fork(String purpose) {
    return new Keys(noise.fork(purpose), keys);
  }

  /** 64 uniform bits, {@code [B, count]} int64. */
  public NDArray longs(int count) {
    return draw("longs", count);
  }

  /** Uniform in [0, 1), multiples of 2⁻²⁴, {@code [B, count]} float32. */
  public NDArray uniforms(int count) {
    return draw("uniforms", count);
  }

  /** Uniform in [0, 1), multiples of 2⁻⁵³, {@code [B, count]} float64. */
  public NDArray doubles(int count) {
    return draw("doubles", count);
  }

  /** Standard normal, {@code [B, count]} float32. */
  public NDArray gaussians(int count) {
    return draw("gaussians", count);
  }

  /** Standard Gumbel, {@code [B, count]} float64. */
  public NDArray gumbels(int count) {
    return draw("gumbels", count);
  }

  /**
   * Uniform in {@code 0 … bound − 1}, {@code [B, count]} int64. {@link Noise.Stream#nextInt} draws
   * the same, but for the one in 2³²/bound that it rejects to be free of bias.
   */
  public NDArray integers(int count, int bound) {
    return kernel().call("integers", noise.start(), keys, count, bound).head();
  }

  private NDArray draw(String method, int count) {
    return kernel().call(method, noise.start(), keys, count).head();
  }

  private static Kernel kernel() {
    return Kernel.of("noise");
  }
}
