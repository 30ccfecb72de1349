package resgen.model;

import ai.djl.ndarray.NDArray;
import java.util.LinkedHashMap;
import java.util.Map;
import resgen.codec.Tokens;
import resgen.noise.Noise;
import resgen.token.Batches;
import resgen.torch.Phases;
import resgen.torch.Torch;
import resgen.train.Training;

/** RQ-Transformer's training: the cross-entropy of every token given the tokens before it. */
public final class RqTransformerTraining extends GeneratorTraining<RqTransformerNetwork> {

  /**
   * A model at its start.
   *
   * @param validation tokens to validate on
   * @param seed of the initial weights, order and dropped classes
   */
  public RqTransformerTraining(
      RqTransformerSettings settings, Tokens tokens, Tokens validation, long seed) {
    super(settings::network, tokens, validation, Noise.of(seed).fork("rq-transformer"), seed);
    network().start(TokenStatistics.of(tokens));
  }

  @Override
  public RqTransformerSettings settings() {
    return network().settings();
  }

  @Override
  public Loss loss(Training training, long step, int from, int count) {
    Phases.enter("forward");
    int[] images = images(training, step, from, count);
    int[] labels = labels(images, step, from, settings().classDrop());
    NDArray loss = losses(tokens(), images, labels, true).mean();
    return Loss.of(loss, "nll", loss);
  }

  /** Nats of each token, {@code [B·L, D]}. */
  private NDArray losses(Tokens of, int[] images, int[] labels, boolean training) {
    TokenShape shape = settings().tokens();
    NDArray codes =
        Torch.longs(
            manager(), of.codes().rows(images), images.length, shape.positions(), shape.depth());
    NDArray classes = MaskedBackbone.labels(manager(), shape, labels);
    return network().losses(codes, classes, training);
  }

  /**
   * {@code validation_nll}: nats per token. {@code depth1_nll}: of the depth-1 codes at position i
   * mod L of image i, as AR-ResGen's validation has it.
   */
  @Override
  public Map<String, Double> validate(Training training) {
    Tokens of = validation();
    if (of.size() == 0) {
      return Map.of();
    }
    TokenShape shape = settings().tokens();
    int l = shape.positions();
    int d = shape.depth();
    int images = Math.min(VALIDATION, of.size());
    double sum = 0;
    double first = 0;
    for (int[] batch : Batches.inOrder(images, VALIDATION_BATCH)) {
      float[] losses =
          Torch.scoped(() -> losses(of, batch, of.labels(batch), false).toFloatArray());
      for (int i = 0; i < losses.length; i++) {
        sum += losses[i];
        boolean own = i / d % l == batch[i / (l * d)] % l && i % d == 0;
        first += own ? losses[i] : 0;
      }
    }
    Map<String, Double> values = new LinkedHashMap<>();
    values.put("validation_nll", sum / images / shape.tokens());
    values.put("depth1_nll", first / images);
    return values;
  }
}
