package resgen;

import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntConsumer;
import resgen.codec.Codec;
import resgen.codec.Tokens;
import resgen.model.ContextGain;
import resgen.model.GeneratorNetwork;
import resgen.model.TokenShape;
import resgen.nn.Summary;
import resgen.sample.CostModel;
import resgen.sample.Sampling;
import resgen.sample.TokenSampler;
import resgen.token.Labels;
import resgen.torch.Precision;
import resgen.train.Listener;
import resgen.train.Run;
import resgen.train.Training;

/**
 * What all models have in common: weights, tokenizer, provenance, and the way from labels to
 * images. A model says how its tokens are drawn.
 *
 * @param <N> the network
 */
abstract sealed class TrainedGenerator<N extends GeneratorNetwork> implements Generator
    permits ResGen, DirectTokens, DepthwiseMaskGit, RqTransformer, ArResGen {

  /**
   * What a model is made of.
   *
   * @param manager holds the network; the model closes it
   * @param ownsCodec whether the model closes the codec too
   * @param run that made it, if that was in this process
   */
  record Parts<N extends GeneratorNetwork>(
      NDManager manager,
      N network,
      Codec<?> codec,
      boolean ownsCodec,
      ModelOrigin origin,
      Optional<Run> run) {}

  private final ModelKind kind;
  private final Parts<N> parts;

  TrainedGenerator(ModelKind kind, Parts<N> parts) {
    this.kind = kind;
    this.parts = parts;
  }

  /** Draws tokens; {@code recorded} keeps how. */
  abstract TokenSampler sampler(Sampling settings, boolean recorded);

  @Override
  public Optional<ContextGain> contextGain(Tokens tokens, double noiseScale) {
    return Optional.empty();
  }

  @Override
  public Samples sample(Labels labels, Sampling settings) {
    return sample(labels, settings, (done, some) -> {});
  }

  @Override
  public Samples sample(Labels labels, Sampling settings, IntConsumer progress) {
    return sample(labels, settings, (done, some) -> progress.accept(done));
  }

  @Override
  public Samples sample(Labels labels, Sampling settings, Samples.Listener listener) {
    return Drawing.samples(
        sampler(settings, false), labels, settings, codec(), classNames(), listener);
  }

  @Override
  public Samples record(Labels labels, Sampling settings) {
    return Drawing.samples(
        sampler(settings, true), labels, settings, codec(), classNames(), (done, some) -> {});
  }

  @Override
  public CostModel costModel(Sampling settings) {
    return sampler(settings, false).cost();
  }

  @Override
  public Generator trainFurther(
      Tokens tokens, Training training, Optional<Path> folder, Listener listener) {
    Split split = Split.of(tokens);
    return trainFurther(split.train(), split.validation(), training, folder, listener);
  }

  @Override
  public Generator trainFurther(
      Tokens tokens,
      Tokens validation,
      Training training,
      Optional<Path> folder,
      Listener listener) {
    return ModelTraining.further(
        this, network().parameters(), tokens, validation, training, folder, listener);
  }

  @Override
  public ModelKind kind() {
    return kind;
  }

  @Override
  public Codec<?> codec() {
    return parts.codec();
  }

  @Override
  public List<String> classNames() {
    return parts.origin().classNames();
  }

  @Override
  public TokenShape shape() {
    return settings().tokens();
  }

  @Override
  public String precision() {
    return Precision.of(settings().precision()).label();
  }

  @Override
  public long parameterCount() {
    return network().parameters().count();
  }

  @Override
  public Map<String, Long> parametersByPart() {
    return network().parameters().countByPart();
  }

  @Override
  public String description() {
    return "%s, %,d parameters, %d positions × depth %d, %d steps of training"
        .formatted(
            kind.title(),
            parameterCount(),
            shape().positions(),
            shape().depth(),
            parts.origin().steps());
  }

  @Override
  public Summary summary() {
    return Summary.of(description(), network().parameters().shapes());
  }

  @Override
  public void save(Path path, Storage storage) {
    ModelFile.save(this, network().parameters(), path, storage);
  }

  /** The network. */
  public N network() {
    return parts.network();
  }

  @Override
  public ModelOrigin origin() {
    return parts.origin();
  }

  @Override
  public Optional<Run> run() {
    return parts.run();
  }

  @Override
  public String toString() {
    return description();
  }

  @Override
  public void close() {
    parts.manager().close();
    if (parts.ownsCodec()) {
      parts.codec().close();
    }
  }
}
