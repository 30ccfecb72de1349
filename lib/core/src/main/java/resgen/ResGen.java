package resgen;

import java.nio.file.Path;
import java.util.Optional;
import resgen.codec.Codec;
import resgen.codec.Tokens;
import resgen.model.ContextGain;
import resgen.model.ResGenNetwork;
import resgen.model.ResGenSettings;
import resgen.sample.MaskedSampler;
import resgen.sample.Sampling;
import resgen.sample.TokenSampler;
import resgen.train.Listener;
import resgen.train.Training;

/** ResGen: masked generation of residual-vector-quantized tokens with a mixture of Gaussians. */
public final class ResGen extends TrainedGenerator<ResGenNetwork> {

  ResGen(Parts<ResGenNetwork> parts) {
    super(ModelKind.RESGEN, parts);
  }

  /** A model that trains in seconds. */
  public static Preset<ResGenSettings> tiny() {
    return ResGenSettings::tiny;
  }

  /** A few million parameters, for Fashion-MNIST on two cores. */
  public static Preset<ResGenSettings> small() {
    return ResGenSettings::small;
  }

  /** About 35 million parameters, for CIFAR-10 on a GPU. */
  public static Preset<ResGenSettings> cifar() {
    return ResGenSettings::cifar;
  }

  /** {@link Generator#training}. */
  public static Training training(long steps) {
    return Generator.training(steps);
  }

  /**
   * {@link Generator#load} of a file that must be a ResGen.
   *
   * @throws IllegalArgumentException also if it is another model
   */
  public static ResGen load(String name) {
    return resgen(Generator.load(name), name);
  }

  /**
   * {@link Generator#fromCheckpoint} of a training that must be a ResGen's.
   *
   * @throws IllegalArgumentException also if it is another model
   */
  public static ResGen fromCheckpoint(Path checkpoint, Codec<?> codec) {
    return resgen(Generator.fromCheckpoint(checkpoint, codec), checkpoint.toString());
  }

  private static ResGen resgen(Generator model, String name) {
    if (model instanceof ResGen resgen) {
      return resgen;
    }
    model.close();
    throw new IllegalArgumentException(
        name + " is not a ResGen but " + model.kind().title() + "; use Generator.load");
  }

  /** {@link Generator#train(Tokens, Preset, Training)}. */
  public static ResGen train(Tokens tokens, Preset<ResGenSettings> preset, Training training) {
    return (ResGen) Generator.train(tokens, preset, training);
  }

  /** {@link Generator#train(Tokens, Preset, Training, Optional, Listener)}. */
  public static ResGen train(
      Tokens tokens,
      Preset<ResGenSettings> preset,
      Training training,
      Optional<Path> folder,
      Listener listener) {
    return (ResGen) Generator.train(tokens, preset, training, folder, listener);
  }

  @Override
  TokenSampler sampler(Sampling settings, boolean recorded) {
    return new MaskedSampler(network(), settings, recorded);
  }

  @Override
  public Optional<ContextGain> contextGain(Tokens tokens, double noiseScale) {
    return Optional.of(ContextGain.of(network(), tokens, ContextGain.IMAGES, noiseScale));
  }

  @Override
  public ResGenSettings settings() {
    return network().settings();
  }
}
