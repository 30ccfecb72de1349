package resgen;

import java.util.Optional;
import resgen.codec.Tokens;
import resgen.model.CategoricalNetwork;
import resgen.model.ContextGain;
import resgen.model.DirectTokensSettings;
import resgen.sample.MaskedSampler;
import resgen.sample.Sampling;
import resgen.sample.TokenSampler;

/**
 * Direct tokens: ResGen's masks and backbone, and in place of the mixture a softmax over the codes
 * of every depth, all drawn in parallel (paper, the discrete-parallel baseline).
 */
public final class DirectTokens extends TrainedGenerator<CategoricalNetwork<DirectTokensSettings>> {

  DirectTokens(Parts<CategoricalNetwork<DirectTokensSettings>> parts) {
    super(ModelKind.DIRECT_TOKENS, parts);
  }

  /** A model that trains in seconds. */
  public static Preset<DirectTokensSettings> tiny() {
    return DirectTokensSettings::tiny;
  }

  /** A few million parameters, for Fashion-MNIST on two cores. */
  public static Preset<DirectTokensSettings> small() {
    return DirectTokensSettings::small;
  }

  /** About 35 million parameters, for CIFAR-10 on a GPU. */
  public static Preset<DirectTokensSettings> cifar() {
    return DirectTokensSettings::cifar;
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
  public DirectTokensSettings settings() {
    return network().settings();
  }
}
