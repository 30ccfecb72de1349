package resgen.noise;

import java.util.Arrays;

/**
 * Counter-based noise: what is drawn depends on nothing but the seed and the keys.
 *
 * <p>{@code Noise.of(seed).stream(sample, step)} gives the same numbers whatever was drawn before,
 * in which batch, on which thread or device. That is how a sample stays the same in float32 when
 * the batch size or the partition changes; {@code resgen.sample.Sampling} says where rounding adds.
 * A stream is a SplitMix64 sequence (Steele, Lea and Flood 2014) whose start is a hash of seed and
 * keys; logarithms and cosines come from {@link StrictMath}, so the values are the same on every
 * platform.
 *
 * <p>A {@code Noise} is immutable and may be shared between threads; a {@link Stream} may not.
 */
public final class Noise {
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private final long seed;

  private Noise(long seed) {
    this.seed = seed;
  }

  /** The noise of a seed; every {@code long} is allowed. */
  public static Noise of(long seed) {
    return new Noise(seed);
  }

  /** The seed this noise was made from. */
  public long seed() {
    return seed;
  }

  /**
   * The stream of these keys, from its beginning.
   *
   * @param keys what the stream is for, for example (sample index, step); order and number matter:
   *     (1), (1, 0) and (0, 1) are three unrelated streams
   */
  public Stream stream(long... keys) {
    long state = start();
    for (long key : keys) {
      state = mix((state ^ mix(key + GOLDEN)) * GOLDEN + 1);
    }
    return new Stream(mix(state + keys.length));
  }

  /** The state from which keys lead to the start of a stream. */
  long start() {
    return mix(seed + GOLDEN);
  }

  /** A noise of its own for a purpose, so that two purposes may use the same keys. */
  public Noise fork(String purpose) {
    long state = mix(seed ^ GOLDEN);
    for (int i = 0; i < purpose.length(); i++) {
      state = mix((state ^ purpose.charAt(i)) * GOLDEN + 1);
    }
    return new Noise(state);
  }

  @Override
  public String toString() {
    return "Noise(seed=" + seed + ")";
  }

  /** David Stafford's variant 13 of the 64-bit finalizer, a bijection with full avalanche. */
  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /** One sequence of draws; stateful and not thread-safe. */
  public static final class Stream {
    private long counter;
    private double spare;
    private boolean hasSpare;

    private Stream(long start) {
      this.counter = start;
    }

    /** 64 uniform bits. */
    public long nextLong() {
      counter += GOLDEN;
      return mix(counter);
    }

    /** Uniform in [0, 1), a multiple of 2⁻⁵³. */
    public double nextDouble() {
      return (nextLong() >>> 11) * 0x1.0p-53;
    }

    /** Uniform in (0, 1), both ends excluded, so that its logarithms are finite. */
    public double nextOpenDouble() {
      return ((nextLong() >>> 12) + 0.5) * 0x1.0p-52;
    }

    /** Either value with probability one half. */
    public boolean nextBoolean() {
      return nextLong() < 0;
    }

    /**
     * Uniform in {@code 0..bound-1}, without bias.
     *
     * @throws IllegalArgumentException if {@code bound} is not positive
     */
    public int nextInt(int bound) {
      if (bound <= 0) {
        throw new IllegalArgumentException("bound must be positive, not " + bound);
      }
      // Lemire 2019: the high word of bits × bound, low words under (2³² mod bound) rejected.
      long product = (nextLong() >>> 32) * bound;
      long low = product & 0xFFFFFFFFL;
      if (low < bound) {
        long threshold = (1L << 32) % bound;
        while (low < threshold) {
          product = (nextLong() >>> 32) * bound;
          low = product & 0xFFFFFFFFL;
        }
      }
      return (int) (product >>> 32);
    }

    /** Standard normal, by Box and Muller; drawn in pairs, the second kept for the next call. */
    public double nextGaussian() {
      if (hasSpare) {
        hasSpare = false;
        return spare;
      }
      double radius = StrictMath.sqrt(-2 * StrictMath.log(nextOpenDouble()));
      double angle = 2 * Math.PI * nextDouble();
      spare = radius * StrictMath.sin(angle);
      hasSpare = true;
      return radius * StrictMath.cos(angle);
    }

    /** Standard Gumbel, {@code -log(-log u)}: adding it to logits and taking the largest draws. */
    public double gumbel() {
      return -StrictMath.log(-StrictMath.log(nextOpenDouble()));
    }

    /** Fills with uniform values in [0, 1); multiples of 2⁻²⁴, so that none rounds up to 1. */
    public void fillUniform(float[] values) {
      for (int i = 0; i < values.length; i++) {
        values[i] = (nextLong() >>> 40) * 0x1.0p-24f;
      }
    }

    /** Fills with standard normal values. */
    public void fillGaussian(float[] values) {
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) nextGaussian();
      }
    }

    /** Fills with standard Gumbel values. */
    public void fillGumbel(float[] values) {
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) gumbel();
      }
    }

    /** That many standard normal values in a new array. */
    public float[] gaussians(int count) {
      float[] values = new float[count];
      fillGaussian(values);
      return values;
    }

    /** That many uniform values of [0, 1) in a new array. */
    public float[] uniforms(int count) {
      float[] values = new float[count];
      fillUniform(values);
      return values;
    }

    /** That many standard Gumbel values in a new array. */
    public float[] gumbels(int count) {
      float[] values = new float[count];
      fillGumbel(values);
      return values;
    }

    /** Shuffles in place, every order equally likely (Fisher and Yates). */
    public void shuffle(int[] values) {
      for (int i = values.length - 1; i > 0; i--) {
        int j = nextInt(i + 1);
        int kept = values[i];
        values[i] = values[j];
        values[j] = kept;
      }
    }

    /** The numbers {@code 0..count-1} in random order. */
    public int[] permutation(int count) {
      int[] values = new int[count];
      Arrays.setAll(values, i -> i);
      shuffle(values);
      return values;
    }
  }
}
