package resgen;

import resgen.model.RqTransformerNetwork;
import resgen.model.RqTransformerSettings;
import resgen.sample.AutoregressiveSampler;
import resgen.sample.Sampling;
import resgen.sample.TokenSampler;

/**
 * RQ-Transformer (Lee et al. 2022): position by position, and within a position depth by depth, one
 * code after another. It keeps no trajectories.
 */
public final class RqTransformer extends TrainedGenerator<RqTransformerNetwork> {

  RqTransformer(Parts<RqTransformerNetwork> parts) {
    super(ModelKind.RQ_TRANSFORMER, parts);
  }

  /** A model that trains in seconds. */
  public static Preset<RqTransformerSettings> tiny() {
    return RqTransformerSettings::tiny;
  }

  /** A few million parameters, for Fashion-MNIST on two cores. */
  public static Preset<RqTransformerSettings> small() {
    return RqTransformerSettings::small;
  }

  @Override
  TokenSampler sampler(Sampling settings, boolean recorded) {
    return AutoregressiveSampler.of(network(), settings);
  }

  @Override
  public RqTransformerSettings settings() {
    return network().settings();
  }
}
