package resgen;

import resgen.model.ArResGenNetwork;
import resgen.model.ArResGenSettings;
import resgen.sample.AutoregressiveSampler;
import resgen.sample.Sampling;
import resgen.sample.TokenSampler;

/**
 * AR-ResGen: position by position like {@link RqTransformer}, and within a position ResGen's
 * mixture over the sum of the masked embeddings, in as many iterations as there are sampling steps.
 * It keeps no trajectories.
 */
public final class ArResGen extends TrainedGenerator<ArResGenNetwork> {

  ArResGen(Parts<ArResGenNetwork> parts) {
    super(ModelKind.AR_RESGEN, parts);
  }

  /** A model that trains in seconds. */
  public static Preset<ArResGenSettings> tiny() {
    return ArResGenSettings::tiny;
  }

  /** A few million parameters, for Fashion-MNIST on two cores. */
  public static Preset<ArResGenSettings> small() {
    return ArResGenSettings::small;
  }

  @Override
  TokenSampler sampler(Sampling settings, boolean recorded) {
    return AutoregressiveSampler.of(network(), settings);
  }

  @Override
  public ArResGenSettings settings() {
    return network().settings();
  }
}
