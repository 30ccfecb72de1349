package resgen;

import java.util.Optional;
import resgen.codec.Tokens;
import resgen.model.CategoricalNetwork;
import resgen.model.ContextGain;
import resgen.model.DepthwiseMaskGitSettings;
import resgen.sample.MaskedSampler;
import resgen.sample.Sampling;
import resgen.sample.TokenSampler;

/**
 * Depthwise MaskGIT: one depth after another, coarse to fine, each by masked steps over the
 * positions given all coarser depths (paper, the MaskGIT baseline). {@link Sampling.Pace} says how
 * the steps are split over the depths.
 */
public final class DepthwiseMaskGit
    extends TrainedGenerator<CategoricalNetwork<DepthwiseMaskGitSettings>> {

  DepthwiseMaskGit(Parts<CategoricalNetwork<DepthwiseMaskGitSettings>> parts) {
    super(ModelKind.DEPTHWISE_MASKGIT, parts);
  }

  /** A model that trains in seconds. */
  public static Preset<DepthwiseMaskGitSettings> tiny() {
    return DepthwiseMaskGitSettings::tiny;
  }

  /** A few million parameters, for Fashion-MNIST on two cores. */
  public static Preset<DepthwiseMaskGitSettings> small() {
    return DepthwiseMaskGitSettings::small;
  }

  /** About 35 million parameters, for CIFAR-10 on a GPU. */
  public static Preset<DepthwiseMaskGitSettings> cifar() {
    return DepthwiseMaskGitSettings::cifar;
  }

  @Override
  TokenSampler sampler(Sampling settings, boolean recorded) {
    return new MaskedSampler(network(), settings, recorded);
  }

  @Override
  public Optional<ContextGain> contextGain(Tokens tokens, double noiseScale) {
    return Optional.of(ContextGain.of(network(), tokens, ContextGain.IMAGES));
  }

  @Override
  public DepthwiseMaskGitSettings settings() {
    return network().settings();
  }
}
