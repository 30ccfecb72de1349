package resgen.nn;

import resgen.noise.Noise;

/** How a parameter's values are drawn at the start. */
@FunctionalInterface
public interface Init {

  /** Fills {@code values} from the parameter's own noise. */
  void fill(Noise.Stream noise, float[] values);

  /** All zero. */
  static Init zeros() {
    return constant(0);
  }

  /** All the same. */
  static Init constant(double value) {
    return (noise, values) -> java.util.Arrays.fill(values, (float) value);
  }

  /** Independent normal draws with mean 0. */
  static Init normal(double deviation) {
    return (noise, values) -> {
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) (deviation * noise.nextGaussian());
      }
    };
  }

  /** Normal draws of variance 1/fanIn: keeps the scale of unit inputs through a linear layer. */
  static Init fanIn(long fanIn) {
    return normal(Math.sqrt(1.0 / fanIn));
  }
}
